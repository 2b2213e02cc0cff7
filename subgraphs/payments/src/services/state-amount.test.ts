import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { manualClock } from '@nodo-aperto/kernel/time';
import { noticeAmountLearnt } from '@nodo-aperto/schema/events';
import { describe, expect, it } from 'vitest';
import type { NoticeState } from '../persistence/notice-queries.ts';
import { stateAmount } from './state-amount.ts';

const key = { creditorFiscalCode: '66666666666', noticeNumber: '302000000000001101' };

async function stated(state: NoticeState | undefined): Promise<unknown[]> {
  const facts: unknown[] = [];
  const database = { transaction: (work: (transaction: Transaction) => Promise<void>) => work({} as Transaction) } as unknown as Database;
  const outbox = { append: async (_transaction: Transaction, contract: object, data: object) => facts.push({ contract, data }) };
  const clock = manualClock(1_767_225_600_000);
  await stateAmount({ database, clock, outbox: outbox as unknown as Outbox }, key, state, 1_234);
  return facts;
}

describe('what a creditor answered to a verification', () => {
  it('is stated of a notice that had been activated before', async () => {
    const data = { ...key, amount: 1_234, occasion: 'VERIFICATION', at: '2026-01-01T00:00:00.000Z' };
    expect(await stated({ status: 'INSERTED', claimed: false })).toEqual([{ contract: noticeAmountLearnt, data }]);
    expect(noticeAmountLearnt.schema.safeParse(data).success).toBe(true);
  });

  it('is nobody’s business else', async () => {
    expect(await stated(undefined)).toEqual([]);
    expect(await stated({ status: null, claimed: true })).toEqual([]);
  });
});
