/** What keys have left of their calls. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { FetchBudget } from '../domain/fetch-budget.ts';

/** Locks a caller's budget until the end of the transaction and reads it. */
export async function lockBudget(transaction: Transaction, caller: string): Promise<FetchBudget | undefined> {
  await transaction.query(`select pg_advisory_xact_lock(hashtextextended('receipts/fetch/' || $1, 0))`, [caller], {
    name: 'receipts_lock_budget',
  });
  const [row] = await transaction.query<{ calls_left: number; at: Date }>('select calls_left, at from fetch_budget where caller = $1', [
    caller,
  ]);
  return row && { left: row.calls_left, at: fromDate(row.at) };
}

export async function saveBudget(transaction: Transaction, caller: string, { left, at }: FetchBudget): Promise<void> {
  await transaction.query(
    `insert into fetch_budget (caller, calls_left, at) values ($1, $2, $3)
      on conflict (caller) do update set calls_left = excluded.calls_left, at = excluded.at`,
    [caller, left, asDate(at)],
    { name: 'receipts_save_budget' },
  );
}

/** Notes that a creditor fetched what could not be delivered to it, the first time. */
export async function noteFetched(database: Database, receiptId: string, creditorFiscalCode: string, at: number): Promise<void> {
  await database.query(
    `update recipient set fetched_at = $3 where receipt_id = $1 and creditor_fiscal_code = $2 and delivered_at is null and fetched_at is null`,
    [receiptId, creditorFiscalCode, asDate(at)],
    { name: 'receipts_note_fetched' },
  );
}
