/** The history of deliveries. */
import type { ReadDatabase } from '@nodo-aperto/kernel/database';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { RecipientStatus } from '@nodo-aperto/schema/events';
import type { RecipientKey } from './receipt-records.ts';

export interface RecipientStep extends RecipientKey {
  readonly status: RecipientStatus;
  readonly at: number;
  readonly attempt: number;
  readonly error?: { readonly code: string; readonly detail: string };
  /** Milliseconds that the call took. */
  readonly elapsedMs?: number;
  readonly duplicate: boolean;
}

interface Row {
  receipt_id: string;
  creditor_fiscal_code: string;
  station_code: string;
  status: RecipientStatus;
  at: Date;
  attempt: number;
  error_code: string | null;
  error_detail: string | null;
  elapsed_ms: number | null;
  duplicate: boolean;
}

/** The most steps shown of one recipient: twice what the production settings can make. */
const MOST_STEPS = 100;

/** The newest steps of the recipients of the receipts, oldest first. */
export async function newestSteps(database: ReadDatabase, receiptIds: readonly string[]): Promise<RecipientStep[]> {
  const rows = await database.query<Row>(
    `select * from (
      select *, row_number() over (partition by receipt_id, creditor_fiscal_code, station_code order by sequence desc) as newest
        from recipient_step where receipt_id = any($1::text[])
    ) as step where newest <= ${MOST_STEPS} order by sequence`,
    [[...receiptIds]],
  );
  return rows.map((row) => ({
    receiptId: row.receipt_id,
    creditorFiscalCode: row.creditor_fiscal_code,
    stationCode: row.station_code,
    status: row.status,
    at: fromDate(row.at),
    attempt: row.attempt,
    ...(row.error_code !== null && { error: { code: row.error_code, detail: row.error_detail ?? '' } }),
    ...(row.elapsed_ms !== null && { elapsedMs: row.elapsed_ms }),
    duplicate: row.duplicate,
  }));
}
