import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asCreditor,
  asOperator,
  asOtherPsp,
  asPsp,
  booked,
  CREDITOR,
  type Fixture,
  OTHER_CREDITOR,
  OTHER_PSP,
  PSP,
  startFixture,
  transfer,
} from './fixture.ts';
import { line, operations } from './flow-operations.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const psp = operations(() => fixture);
const nameOf = (suffix: string) => `2026-03-02${PSP}-${suffix}`;
type Caller = Parameters<Fixture['run']>[0];

interface Proposed {
  totalPayments: number;
  totalAmount: number;
  payments: {
    edges: { node: { iur: string; idTransfer: number; outcome: string; payDate: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}
async function propose(caller: Caller, date: string, more = ''): Promise<Proposed | string> {
  const fields = `totalPayments totalAmount settlementDay dueDay replaceableUntilDay psp { code } creditor { fiscalCode }
    payments(first: 2 AFTER) { edges { node { iur idTransfer iuv amount outcome payDate payment { paymentToken } } } pageInfo { hasNextPage endCursor } }`;
  let whole: Proposed | undefined;
  let after = '';
  for (;;) {
    const { data, errors } = await fixture.run(
      caller,
      `{ proposeFlow(creditorFiscalCode: "${CREDITOR}", date: "${date}" ${more}) { ${fields.replace('AFTER', after)} } }`,
    );
    if (errors) return errors[0]?.extensions['code'] as string;
    const page = data?.['proposeFlow'] as Proposed;
    if (whole) whole.payments.edges.push(...page.payments.edges);
    else whole = page;
    if (!page.payments.pageInfo.hasNextPage) return whole;
    after = `after: "${page.payments.pageInfo.endCursor}"`;
  }
}
const keysOf = (proposed: Proposed | string) =>
  typeof proposed === 'string' ? proposed : proposed.payments.edges.map(({ node }) => `${node.iur}/${node.idTransfer}`);

describe('booked payments', () => {
  it('are kept once, in their newest revision, however often and in whatever order they come', async () => {
    const newer = booked('order', { revision: 5, amount: 700 });
    const older = booked('order', { revision: 3, amount: 100 });
    await fixture.book(newer);
    await fixture.book(older, newer);
    await fixture.book(
      booked('together', { revision: 4, amount: 40 }),
      booked('together', { revision: 5, amount: 50 }),
      booked('together', { revision: 3, amount: 30 }),
    );
    const rows = await fixture.database.query('select iur, amount, revision from booked_transfer order by iur');
    expect(rows).toEqual([
      { iur: 'order', amount: 700, revision: 5 },
      { iur: 'together', amount: 50, revision: 5 },
    ]);
    const [letters] = await fixture.database.query<{ count: number }>('select count(*) from dead_letter');
    expect(letters?.count).toBe(0);
  });

  it('are proposed by operative day, creditor and PSP until a flow reports them', async () => {
    const at = (time: string) => ({ outcomeAt: `2026-04-${time}` });
    await fixture.book(
      booked('a', { ...at('09T11:00:01.000Z'), standIn: true }), // 13:00:01 of the 9th in Rome: the operative day of Friday the 10th.
      booked('b', { ...at('10T10:00:00.000Z'), late: true }),
      booked('c', { ...at('10T11:00:00.999Z'), transfers: [transfer(1, 400), transfer(2, 600, OTHER_CREDITOR)] }),
      booked('d', at('10T11:00:01.000Z')), // Monday the 13th.
      booked('e', { ...at('10T10:00:00.000Z'), pspCode: OTHER_PSP }),
    );
    const proposed = await propose(asPsp, '2026-04-10');
    expect(keysOf(proposed)).toEqual(['a/1', 'b/1', 'c/1']);
    expect(proposed).toMatchObject({ totalPayments: 3, totalAmount: 2_400, psp: { code: PSP }, creditor: { fiscalCode: CREDITOR } });
    expect((proposed as Proposed).payments.edges.map(({ node }) => node.outcome)).toEqual(['STAND_IN', 'NO_RPT', 'EXECUTED']);
    expect(keysOf(await propose(asPsp, '2026-04-13'))).toEqual(['d/1']);
    expect(await propose(asPsp, '2026-04-11')).toBe('BAD_USER_INPUT');
    expect(proposed).toMatchObject({ settlementDay: '2026-04-13', dueDay: '2026-04-14', replaceableUntilDay: '2026-04-16' });
    expect(keysOf(await propose(asOperator, '2026-04-10', `psp: "${OTHER_PSP}"`))).toEqual(['e/1']);
    expect(keysOf(await propose(asOtherPsp, '2026-04-10'))).toEqual(['e/1']);
    expect(await propose(asPsp, '2026-04-10', `psp: "${OTHER_PSP}"`)).toBe('FORBIDDEN');
    expect(await propose(asCreditor, '2026-04-10', `psp: "${PSP}"`)).toBe('FORBIDDEN');
    expect(await propose(asOperator, '2026-04-10')).toBe('BAD_USER_INPUT');

    const [name, lineOf] = [nameOf('april'), (iur: string, index: number, amount: number) => line(index, { iur, amount })];
    await psp.create(name, { totalPayments: 2, totalAmount: 2_000 });
    await psp.add(name, [lineOf('a', 1, 1_000), lineOf('b', 2, 1_000)]);
    expect(keysOf(await propose(asPsp, '2026-04-10'))).toEqual(['c/1']);
    await psp.publish(name);
    expect(keysOf(await propose(asPsp, '2026-04-10'))).toEqual(['c/1']);
    // A revision without one of them leaves that one to be reported.
    await psp.published(name, [lineOf('a', 1, 1_000)], { flowDate: '2026-04-14T06:00:00Z' });
    expect(keysOf(await propose(asPsp, '2026-04-10'))).toEqual(['b/1', 'c/1']);
    // A line towards another creditor reports nothing to this one.
    await psp.published(nameOf('wrong'), [lineOf('c', 1, 400)], { creditorFiscalCode: OTHER_CREDITOR });
    expect(keysOf(await propose(asPsp, '2026-04-10'))).toEqual(['b/1', 'c/1']);
  });
});

describe('a flow that is compared with them', () => {
  it('tells line by line what does not agree, and nothing of others’ payments', async () => {
    await fixture.book(
      booked('good'),
      booked('stand-in', { standIn: true }),
      booked('foreign', { pspCode: OTHER_PSP }),
      booked('elsewhere', { creditorFiscalCode: OTHER_CREDITOR }),
    );
    const of = (index: number, iur: string, more: object = {}) => line(index, { iur, amount: 1_000, ...more });
    const name = nameOf('unmatched');
    await psp.published(name, [
      of(1, 'good'),
      of(2, 'good', { idTransfer: 2 }),
      of(3, 'stand-in', { amount: 999, iuv: 'other' }),
      of(4, 'foreign'),
      of(5, 'elsewhere'),
      of(6, 'never-booked'),
      of(7, 'stand-in', { outcome: 'STAND_IN' }),
    ]);
    const query = (after: string) => `{ reportingFlow(psp: "${PSP}", name: "${name}") { unmatched(first: 4 ${after}) {
      edges { node { mismatches bookedIuv bookedAmount bookedOutcome line { index } } } pageInfo { hasNextPage endCursor } } } }`;
    interface Unmatched {
      unmatched: {
        edges: { node: { mismatches: string[]; line: { index: number } } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }
    const page = async (caller: Caller, after = '') =>
      ((await fixture.run(caller, query(after))).data as { reportingFlow: Unmatched }).reportingFlow.unmatched;
    for (const caller of [asPsp, asCreditor]) {
      const first = await page(caller);
      const unknown = (index: number) => ({
        mismatches: ['UNKNOWN_PAYMENT'],
        bookedIuv: null,
        bookedAmount: null,
        bookedOutcome: null,
        line: { index },
      });
      expect(first.edges.map(({ node }) => node)).toEqual([
        unknown(2),
        {
          mismatches: ['IUV_DIFFERS', 'AMOUNT_DIFFERS', 'OUTCOME_DIFFERS'],
          bookedIuv: 'iuv-stand-in',
          bookedAmount: 1_000,
          bookedOutcome: 'STAND_IN',
          line: { index: 3 },
        },
        unknown(4),
        unknown(5),
      ]);
      const rest = await page(caller, `after: "${first.pageInfo.endCursor}"`);
      expect(rest.edges.map(({ node }) => node.line.index)).toEqual([6]);
      expect(rest.pageInfo.hasNextPage).toBe(false);
    }
  });
});
