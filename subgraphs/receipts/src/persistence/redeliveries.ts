/** When creditors asked for another delivery. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';

/** Locks a party's requests until the end of the transaction, forgets those before `since`, and reads the others. */
export async function lockRedeliveries(transaction: Transaction, party: string, since: number): Promise<number[]> {
  await transaction.query(`select pg_advisory_xact_lock(hashtextextended('receipts/redelivery/' || $1, 0))`, [party]);
  await transaction.query('delete from redelivery where party = $1 and at <= $2', [party, asDate(since)]);
  const rows = await transaction.query<{ at: Date }>('select at from redelivery where party = $1', [party]);
  return rows.map((row) => fromDate(row.at));
}

export async function insertRedelivery(transaction: Transaction, party: string, at: number): Promise<void> {
  await transaction.query('insert into redelivery (party, at) values ($1, $2)', [party, asDate(at)]);
}
