import { flowPaymentsReported, flowPublished } from '@nodo-aperto/schema/events';
import { until } from '@nodo-aperto/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCreditor,
  asOperator,
  asOtherCreditor,
  asOtherPsp,
  asPartner,
  asPsp,
  CREDITOR,
  type Fixture,
  OTHER_CREDITOR,
  OTHER_PSP,
  PSP,
  startFixture,
} from './fixture.ts';
import { lines, operations } from './flow-operations.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const psp = operations(() => fixture);
const other = operations(() => fixture, asOtherPsp);
const nameOf = (suffix: string, code = PSP) => `2026-03-02${code}-${suffix}`;

interface EventNode {
  cursor: string;
  name: string;
  flowName: string;
  part: number | null;
  lineCount: number | null;
}
interface EventPage {
  edges: { node: EventNode }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}
const FIELDS = `cursor id name type at revision flowName part lineCount totalPayments totalAmount receivedPayments receivedAmount publishedAt
  replacesRevision replaceableUntil operativeDay dueDay psp { code }
  creditor { fiscalCode } flow { name revision status } lines(first: 2) { index iuv iur amount outcome flow { name } payment { paymentToken } }`;

async function log(caller: Parameters<Fixture['run']>[0], filter = ''): Promise<EventNode[]> {
  await fixture.settled();
  const nodes: EventNode[] = [];
  let after = '';
  for (;;) {
    const { data, errors } = await fixture.run(
      caller,
      `{ flowEventLog(first: 2 ${after} ${filter}) { edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } }`,
    );
    if (errors) throw new Error(errors[0]?.message);
    const page = data?.['flowEventLog'] as EventPage;
    nodes.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return nodes;
    after = `after: "${page.pageInfo.endCursor}"`;
  }
}

describe('a published flow', () => {
  it('is stated once, with all its lines in parts of a thousand', async () => {
    const name = nameOf('large');
    // Indexes with gaps, added from the last to the first: parts follow the index, not the order of adding.
    const payments = lines(1, 2_500).map((line) => ({ ...line, index: 3 * (2_501 - line.index), amount: line.index }));
    await psp.published(name, payments, { flowDate: '2026-03-03T07:30:00+01:00' });
    const total = (2_500 * 2_501) / 2;
    const all = (await log(asPsp)).filter((event) => event.flowName === name);
    expect(all.slice(0, 4)).toMatchObject([
      { name: 'flow.draft-created', totalPayments: 2_500, totalAmount: (2_500 * 2_501) / 2, lines: null },
      { name: 'flow.upload-progressed', receivedPayments: 1_000, totalPayments: 2_500 },
      { name: 'flow.upload-progressed', receivedPayments: 2_000, totalPayments: 2_500 },
      { name: 'flow.upload-progressed', receivedPayments: 2_500, receivedAmount: (2_500 * 2_501) / 2 },
    ]);
    const stated = all.slice(4);
    expect(stated.map((event) => [event.name, event.part, event.lineCount])).toEqual([
      ['flow.published', null, null],
      ['flow.payments-reported', 1, 1_000],
      ['flow.payments-reported', 2, 1_000],
      ['flow.payments-reported', 3, 500],
    ]);
    expect(stated[0]).toMatchObject({
      type: 'nodoaperto.flow.published.v1',
      revision: 1,
      totalPayments: 2_500,
      totalAmount: total,
      psp: { code: PSP },
      creditor: { fiscalCode: CREDITOR },
      flow: { name, revision: 1, status: 'PUBLISHED' },
      lines: null,
    });
    expect(stated[1]).toMatchObject({
      lines: [
        {
          index: 3,
          iur: 'token-2500',
          iuv: 'iuv-token-2500',
          amount: 2_500,
          outcome: 'EXECUTED',
          flow: { name },
          payment: { paymentToken: 'token-2500' },
        },
        { index: 6, amount: 2_499 },
      ],
    });
    const rows = await fixture.database.query<{ name: string; data: { flowDate?: string; lines?: { index: number; amount: number }[] } }>(
      `select name, data from outbox where data->>'name' = $1 and name in ('flow.published', 'flow.payments-reported') order by position`,
      [name],
    );
    expect(rows.map((row) => row.name)).toEqual([flowPublished.name, ...Array(3).fill(flowPaymentsReported.name)]);
    expect(rows[0]?.data.flowDate).toBe('2026-03-03T06:30:00.000Z');
    const reported = rows.flatMap((row) => row.data.lines ?? []);
    expect(reported.map((line) => line.index)).toEqual(Array.from({ length: 2_500 }, (_unused, place) => 3 * (place + 1)));
    expect(reported.reduce((sum, line) => sum + line.amount, 0)).toBe(total);
  });

  it('of a thousand lines is stated at once, of one more in two parts', async () => {
    for (const [suffix, count] of [
      ['exact', 1_000],
      ['over', 1_001],
    ] as const) {
      await psp.published(nameOf(suffix), lines(1, count));
      const parts = (await log(asCreditor)).filter((event) => event.flowName === nameOf(suffix)).map((event) => event.lineCount);
      expect(parts).toEqual(count === 1_000 ? [null, 1_000] : [null, 1_000, 1]);
    }
  });

  it('that was only a draft was stated to its PSP alone', async () => {
    const name = nameOf('dropped');
    await psp.create(name);
    await psp.add(name, lines(1, 1));
    await psp.drop(name);
    const of = async (caller: Parameters<Fixture['run']>[0]) =>
      (await log(caller)).filter((event) => event.flowName === name).map((event) => event.name);
    expect(await of(asPsp)).toEqual(['flow.draft-created', 'flow.upload-progressed']);
    expect(await of(asCreditor)).toEqual([]);
  });

  it('names the revision that it takes the place of, and until when it may be replaced', async () => {
    const name = nameOf('twice');
    await psp.published(name, lines(1, 1));
    await psp.published(name, lines(1, 1), { flowDate: '2026-03-03T07:30:00Z' });
    const published = (await log(asCreditor)).filter((event) => event.flowName === name && event.name === 'flow.published');
    // Regulation on Tuesday 3 March: D is Monday, D+4 Friday.
    const until = '2026-03-06T23:00:00.000Z';
    expect(published).toMatchObject([
      { revision: 1, replacesRevision: null, replaceableUntil: until },
      { revision: 2, replacesRevision: 1, replaceableUntil: until },
    ]);
  });
});

describe('events of flows', () => {
  it('are for the PSP, the creditor and operators, and can be narrowed', async () => {
    await psp.published(nameOf('one'), lines(1, 1));
    await other.published(nameOf('two', OTHER_PSP), lines(1, 1), { creditorFiscalCode: OTHER_CREDITOR });
    const names = async (caller: Parameters<Fixture['run']>[0], filter?: string) => [
      ...new Set((await log(caller, filter)).map((event) => event.flowName)),
    ];
    expect(await names(asOtherPsp)).toEqual([nameOf('two', OTHER_PSP)]);
    expect(await names(asOtherCreditor)).toEqual([nameOf('two', OTHER_PSP)]);
    expect(await names(asCreditor)).not.toContain(nameOf('two', OTHER_PSP));
    expect(await names(asCreditor)).toContain(nameOf('one'));
    expect(await names(asOperator, `psp: "${OTHER_PSP}"`)).toEqual([nameOf('two', OTHER_PSP)]);
    expect(await names(asOperator, `creditorFiscalCode: "${OTHER_CREDITOR}"`)).toEqual([nameOf('two', OTHER_PSP)]);
    expect(await names(asCreditor, `creditorFiscalCode: "${OTHER_CREDITOR}"`)).toEqual([]);
    const refused = await fixture.run(asPartner, '{ flowEventLog { edges { cursor } } }');
    expect(refused.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await fixture.run(undefined, '{ flowEventLog { edges { cursor } } }')).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('come live, and go on from a cursor of the list without loss or repeat', async () => {
    const events = await fixture.follow(asCreditor, `subscription { flowEvents(psp: "${PSP}") { cursor name flowName part } }`);
    const next = async () => (await events.next()).value.data.flowEvents as EventNode;
    const first = next();
    await other.published(nameOf('foreign', OTHER_PSP), lines(1, 1));
    await psp.published(nameOf('live'), lines(1, 1));
    const begun = await first;
    expect(begun).toMatchObject({ name: 'flow.published', flowName: nameOf('live') });
    expect(await next()).toMatchObject({ name: 'flow.payments-reported', part: 1 });
    await events.return?.();

    await psp.published(nameOf('missed'), lines(1, 1));
    const resumed = await fixture.follow(
      asCreditor,
      `subscription { flowEvents(after: "${begun.cursor}", psp: "${PSP}") { name flowName } }`,
    );
    const seen: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { name, flowName } = (await resumed.next()).value.data.flowEvents as EventNode;
      seen.push(`${name} ${flowName}`);
    }
    expect(seen).toEqual([
      `flow.payments-reported ${nameOf('live')}`,
      `flow.published ${nameOf('missed')}`,
      `flow.payments-reported ${nameOf('missed')}`,
    ]);
    await resumed.return?.();
    await until(() => fixture.hosting.bus.stream('reporting').subscribers === 0, { what: 'subscriptions to end' });
  });

  it('refuse cursors of other streams', async () => {
    const cursor = Buffer.from('1:payments:1').toString('base64url');
    const { errors } = await fixture.run(asPsp, `{ flowEventLog(after: "${cursor}") { edges { cursor } } }`);
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});
