import { MINUTE, SECOND } from '@nodo-aperto/kernel/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activate, send } from './support/operations.ts';
import { CREDITOR, OTHER_CREDITOR, OTHER_PSP, PSP, STATION } from './support/parties.ts';
import { caller, startSubgraph, type TestSubgraph } from './support/subgraph.ts';

const psp = caller('PSP', PSP);
const operator = caller('OPERATOR');
let subgraph: TestSubgraph;
beforeEach(async () => {
  subgraph = await startSubgraph();
});
afterEach(() => subgraph[Symbol.asyncDispose]());

describe('what is under way', () => {
  it('is counted by station and PSP, to each caller its own', async () => {
    await activate(subgraph, psp, subgraph.newNotice(), { expirationTime: 60_000 });
    await activate(subgraph, psp, subgraph.newNotice());
    await activate(subgraph, psp, subgraph.newNotice('03'));
    subgraph.clock.advance(61_000);
    const totals = async (who = operator, rest = '') => {
      const { sessionTotals } = await subgraph.query<{
        sessionTotals: { edges: { node: object }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      }>(
        who,
        `{ sessionTotals${rest} { edges { node { stationCode pspCode sessions overdue standIn amount oldestSeconds nextDeadline station { code } } } pageInfo { hasNextPage endCursor } } }`,
      );
      return sessionTotals;
    };
    const first = await totals(operator, '(first: 1)');
    expect(first.edges.map(({ node }) => node)).toEqual([
      {
        stationCode: STATION,
        pspCode: PSP,
        sessions: 2,
        overdue: 1,
        standIn: 0,
        amount: 24_690,
        oldestSeconds: expect.any(Number),
        nextDeadline: expect.any(String),
        station: { code: STATION },
      },
    ]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await totals(operator, `(after: "${first.pageInfo.endCursor}")`);
    expect(second.edges).toHaveLength(1);
    expect((await totals(caller('EC', CREDITOR))).edges).toHaveLength(2);
    for (const who of [caller('EC', OTHER_CREDITOR), caller('PSP', OTHER_PSP)]) expect((await totals(who)).edges).toEqual([]);
  });

  it('is stuck when it is longer in its state than the settings let expect', async () => {
    await subgraph.settings({ receiptRetryMax: 1, receiptRetryMinutes: 1 });
    const open = async (): Promise<string> => (await activate(subgraph, psp, subgraph.newNotice())).paymentToken ?? '';
    const [paying, paid, generated, sent, done] = [await open(), await open(), await open(), await open(), await open()];
    for (const token of [paid, generated, sent, done]) await send(subgraph, psp, token);
    for (const token of [generated, sent, done]) await subgraph.receipt('created', token);
    for (const token of [sent, done]) await subgraph.receipt('sent', token);
    await subgraph.receipt('completed', done);
    const stuck = async (who = operator) => {
      const { stuckPayments } = await subgraph.query<{
        stuckPayments: { edges: { node: { paymentToken: string; status: string; payment: { status: string } } }[] };
      }>(who, '{ stuckPayments { edges { node { paymentToken status since expectedBy probably payment { status } } } } }');
      return Object.fromEntries(stuckPayments.edges.map(({ node }) => [node.paymentToken, node.status]));
    };
    expect(await stuck()).toEqual({});
    subgraph.clock.advance(70 * SECOND);
    expect(await stuck()).toEqual({ [paid]: 'PAID' });
    subgraph.clock.advance(5 * MINUTE);
    expect(await stuck()).toEqual({ [paid]: 'PAID', [generated]: 'NOTICE_GENERATED', [sent]: 'NOTICE_SENT' });
    subgraph.clock.advance(27 * MINUTE);
    expect(await stuck()).toMatchObject({ [paying]: 'PAYING' });
    expect(await stuck(caller('PSP', OTHER_PSP))).toEqual({});
    await subgraph.job('TOKEN_EXPIRY');
    expect(Object.keys(await stuck()).sort()).toEqual([paid, generated, sent].sort());
  });
});

describe('histories', () => {
  it('cannot be changed', async () => {
    const token = (await activate(subgraph, psp, subgraph.newNotice())).paymentToken;
    for (const table of ['payment_status_change', 'notice_status_change'])
      await expect(subgraph.database.query(`update ${table} set at = at where payment_token = $1`, [token])).rejects.toMatchObject({
        message: expect.stringContaining('append-only'),
      });
  });
});
