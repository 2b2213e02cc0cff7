/** What is removed when its time is over, a bounded number at a time. Instants are epoch milliseconds. */
import type { Database } from '@nodo-aperto/kernel/database';
import { asDate } from '@nodo-aperto/kernel/time';

const RECEIPTS_AT_ONCE = 500;

/** Removes receipts with all that belongs to them. @returns how many; fewer than there are: call again */
export function removeReceipts(database: Database, paidBefore: number): Promise<number> {
  return database.transaction(async (transaction) => {
    const rows = await transaction.query<{ receipt_id: string; sequence: number }>(
      'select receipt_id, sequence from receipt where paid_at < $1 order by paid_at limit $2 for update skip locked',
      [asDate(paidBefore), RECEIPTS_AT_ONCE],
    );
    const ids = [rows.map((row) => row.receipt_id)];
    if (rows.length === 0) return 0;
    await transaction.query('delete from document where receipt_id = any($1::text[])', ids);
    await transaction.query('delete from hidden_receipt where receipt_id = any($1::text[])', ids);
    await transaction.query('delete from stand_in_payment where payment_token = any($1::text[])', ids);
    // By the sequence too: the partitions of other receipts are not looked at.
    await transaction.query('delete from receipt_party where receipt_id = any($1::text[]) and sequence = any($2::bigint[])', [
      ...ids,
      rows.map((row) => row.sequence),
    ]);
    await transaction.query('delete from recipient_step where receipt_id = any($1::text[])', ids);
    await transaction.query('delete from recipient where receipt_id = any($1::text[])', ids);
    await transaction.query('delete from receipt where receipt_id = any($1::text[])', ids);
    return rows.length;
  });
}

export async function removeDocuments(database: Database, requestedBefore: number): Promise<void> {
  await database.query('delete from document where requested_at < $1', [asDate(requestedBefore)]);
}

export async function removeUnbooked(database: Database, activatedBefore: number): Promise<void> {
  await database.query('delete from stand_in_payment where paid_at is null and activated_at < $1', [asDate(activatedBefore)]);
}

export async function removeWords(database: Database, before: number): Promise<void> {
  await database.query('delete from amount_word where at < $1', [asDate(before)]);
}

/** A budget that was not used for so long is full again. */
export async function removeSpentBudgets(database: Database, before: number): Promise<void> {
  await database.query('delete from fetch_budget where at < $1', [asDate(before)]);
}
