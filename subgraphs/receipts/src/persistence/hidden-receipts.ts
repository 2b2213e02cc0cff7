/** Which receipts persons do not want to see. */
import type { Database } from '@nodo-aperto/kernel/database';
import { asDate } from '@nodo-aperto/kernel/time';

export async function insertHidden(database: Database, party: string, receiptId: string, at: number): Promise<void> {
  await database.query('insert into hidden_receipt (party, receipt_id, at) values ($1, $2, $3) on conflict do nothing', [
    party,
    receiptId,
    asDate(at),
  ]);
}

/** @returns whether it was hidden */
export async function deleteHidden(database: Database, party: string, receiptId: string): Promise<boolean> {
  const rows = await database.query('delete from hidden_receipt where party = $1 and receipt_id = $2 returning 1', [party, receiptId]);
  return rows.length > 0;
}
