import { parseInstant } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCreditor,
  asOperator,
  asOtherCreditor,
  asOtherPsp,
  asPartner,
  asPsp,
  booked,
  CREDITOR,
  type Fixture,
  OTHER_CREDITOR,
  OTHER_PSP,
  PSP,
  startFixture,
} from './fixture.ts';
import { line, operations } from './flow-operations.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

type Caller = Parameters<Fixture['run']>[0];
const psp = operations(() => fixture);
const nameOf = (suffix: string) => `2027-04-29${PSP}-${suffix}`;
const at = (text: string): number => parseInstant(text) ?? Number.NaN;
/** Moves the platform's time ahead to an instant. */
const until = (text: string) => fixture.clock.advance(at(text) - fixture.clock.now());
const run = () => fixture.hosting.jobs.runNow('REPORTING_DEADLINES', { deadlineMs: 30_000 });

async function missing(caller: Caller, filter = ''): Promise<unknown> {
  const { data, errors } = await fixture.run(
    caller,
    `{ missingReports(first: 100 ${filter}) { edges { node { psp { code } creditor { fiscalCode } operativeDay dueDay payments amount } } } }`,
  );
  if (errors) return errors[0]?.extensions['code'];
  const { edges } = (data ?? {})['missingReports'] as {
    edges: { node: { psp: { code: string }; creditor: { fiscalCode: string }; operativeDay: string; payments: number; amount: number } }[];
  };
  return edges.map(({ node }) => `${node.operativeDay} ${node.psp.code} ${node.creditor.fiscalCode} ${node.payments} ${node.amount}`);
}
async function stated(caller: Caller, name: string): Promise<Record<string, unknown>[]> {
  await fixture.settled();
  const { data } = await fixture.run(
    caller,
    '{ flowEventLog(first: 100) { edges { node { name flowName revision operativeDay dueDay totalPayments totalAmount psp { code } flow { latest } } } } }',
  );
  const { edges } = (data ?? {})['flowEventLog'] as { edges: { node: Record<string, unknown> }[] };
  return edges.map(({ node }) => node).filter((node) => node['name'] === name);
}

// The worked dates of Domain facts, Reporting §1.7, two years on: 25 April is a Sunday, 26 a Monday. Thursday 29 April: SCT Friday 30, due on
// Monday 3 May (1 May is a Saturday), replaceable until Wednesday 5 May.
describe('the deadline of an operative day', () => {
  it('finds what no flow reports then, once, and tells those whom it concerns', async () => {
    const paid = (time: string) => ({ outcomeAt: `2027-04-${time}+02:00` });
    until('2027-04-29T20:00:00+02:00');
    await fixture.book(
      booked('reported', paid('29T12:59:00.000')),
      booked('absent', { ...paid('29T13:00:00.000'), amount: 700 }),
      booked('elsewhere', { ...paid('29T10:00:00.000'), creditorFiscalCode: OTHER_CREDITOR }),
      booked('others', { ...paid('29T10:00:00.000'), pspCode: OTHER_PSP }),
      booked('next-day', paid('29T13:01:00.000')),
      booked('replaced', paid('29T11:00:00.000')),
    );
    await psp.published(nameOf('a'), [line(1, { iur: 'reported', amount: 1_000 }), line(2, { iur: 'replaced', amount: 1_000 })], {
      flowDate: '2027-04-30T08:00:00Z',
    });
    // A revision that leaves one out, and a draft: neither reports it.
    await psp.published(nameOf('a'), [line(1, { iur: 'reported', amount: 1_000 })], { flowDate: '2027-04-30T09:00:00Z' });
    await psp.create(nameOf('draft'));
    await psp.add(nameOf('draft'), [line(1, { iur: 'absent', amount: 700 })]);

    until('2027-05-03T23:59:59+02:00');
    expect(await run()).toMatchObject({ state: 'SUCCEEDED' });
    expect(await missing(asOperator)).toEqual([]);
    until('2027-05-04T00:00:00+02:00');
    await Promise.all([run(), run()]);
    await run();
    const own = `2027-04-29 ${PSP} ${CREDITOR} 2 1700`;
    const elsewhere = `2027-04-29 ${PSP} ${OTHER_CREDITOR} 1 1000`;
    const others = `2027-04-29 ${OTHER_PSP} ${CREDITOR} 1 1000`;
    expect(await missing(asOperator)).toEqual([elsewhere, own, others]);
    expect(await missing(asPsp)).toEqual([elsewhere, own]);
    expect(await missing(asOtherPsp)).toEqual([others]);
    expect(await missing(asCreditor)).toEqual([own, others]);
    expect(await missing(asOtherCreditor)).toEqual([elsewhere]);
    expect(await missing(asCreditor, `psp: "${PSP}"`)).toEqual([own]);
    expect(await missing(asCreditor, `creditorFiscalCode: "${OTHER_CREDITOR}"`)).toEqual([]);
    expect(await missing(asPartner)).toBe('FORBIDDEN');
    expect(await stated(asCreditor, 'flow.missing-at-deadline')).toMatchObject([
      {
        flowName: null,
        revision: null,
        operativeDay: '2027-04-29',
        dueDay: '2027-05-03',
        totalPayments: 2,
        totalAmount: 1_700,
        psp: { code: PSP },
      },
      { totalPayments: 1, psp: { code: OTHER_PSP } },
    ]);
  });

  it('is judged by what was published then, also when the job comes late', async () => {
    // Operative day Friday 30 April: due by Tuesday 4 May.
    until('2027-05-04T12:00:00+02:00');
    await psp.published(nameOf('late'), [line(1, { iur: 'next-day', amount: 1_000 })], { flowDate: '2027-05-04T08:00:00Z' });
    until('2027-05-05T01:00:00+02:00');
    await psp.published(nameOf('late'), [line(1, { iur: 'absent', amount: 700 })], { flowDate: '2027-05-05T08:00:00Z' });
    await run();
    expect(await missing(asPsp)).toHaveLength(2);
  });

  it('pages, and refuses foreign cursors', async () => {
    const page = async (after = '') =>
      (
        await fixture.run(
          asOperator,
          `{ missingReports(first: 2 ${after}) { edges { node { payments } } pageInfo { hasNextPage endCursor } } }`,
        )
      ).data?.['missingReports'] as { edges: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    const first = await page();
    expect([first.edges.length, first.pageInfo.hasNextPage]).toEqual([2, true]);
    const second = await page(`after: "${first.pageInfo.endCursor}"`);
    expect([second.edges.length, second.pageInfo.hasNextPage]).toEqual([1, false]);
    const cursor = Buffer.from('["a","b","c"]').toString('base64url');
    const { errors } = await fixture.run(asOperator, `{ missingReports(after: "${cursor}") { edges { cursor } } }`);
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

describe('a published flow', () => {
  it('is final once it can no longer be replaced: its last revision, once', async () => {
    const name = nameOf('final');
    await psp.published(name, [line(1)], { flowDate: '2027-05-05T08:00:00Z', regulationDate: '2027-05-05' });
    await psp.published(name, [line(1)], { flowDate: '2027-05-05T09:00:00Z', regulationDate: '2027-05-05' });
    const finalOf = async () => (await stated(asCreditor, 'flow.final')).filter((event) => event['flowName'] === name);
    // Settled on Wednesday 5 May: to be replaced until Monday 10 May.
    until('2027-05-10T23:59:59+02:00');
    await run();
    expect(await finalOf()).toEqual([]);
    until('2027-05-11T00:00:00+02:00');
    await run();
    await run();
    expect(await finalOf()).toMatchObject([{ revision: 2, flow: { latest: true } }]);
  });
});
