/** A receipt with its recipients, as the delivery path reads it. What it writes is in `receipt-changes.ts`. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { RecipientStatus } from '@nodo-aperto/schema/events';
import type { ReceiptContent } from '../domain/receipt.ts';

export interface RecipientKey {
  readonly receiptId: string;
  readonly creditorFiscalCode: string;
  readonly stationCode: string;
}

/** Instants are epoch milliseconds. */
export interface RecipientRecord extends RecipientKey {
  readonly brokerCode: string;
  readonly sequence: number;
  readonly status: RecipientStatus;
  readonly attempts: number;
  readonly counted: number;
  readonly early: number;
  readonly broughtForward: boolean;
  readonly mayBeBroughtForward: boolean;
  readonly nextAttemptAt?: number;
  readonly attemptedAt?: number;
  readonly claimedUntil?: number;
  readonly error?: { readonly code: string; readonly detail: string };
  readonly deliveredAt?: number;
  readonly exhaustedAt?: number;
  /** Left to be fetched instead of sent. */
  readonly kept: boolean;
}

export interface ReceiptRecord {
  readonly content: ReceiptContent;
  readonly createdAt: number;
  readonly revision: number;
  readonly traceparent?: string;
  /** In their order. */
  readonly recipients: readonly RecipientRecord[];
}

interface ReceiptRow {
  receipt_id: string;
  content: ReceiptContent;
  created_at: Date;
  revision: number;
  traceparent: string | null;
}

interface RecipientRow {
  receipt_id: string;
  creditor_fiscal_code: string;
  station_code: string;
  broker_code: string;
  sequence: number;
  status: RecipientStatus;
  attempts: number;
  counted_attempts: number;
  early_attempts: number;
  brought_forward: boolean;
  may_be_brought_forward: boolean;
  next_attempt_at: Date | null;
  attempted_at: Date | null;
  claimed_until: Date | null;
  error_code: string | null;
  error_detail: string | null;
  delivered_at: Date | null;
  exhausted_at: Date | null;
  kept: boolean;
}

const RECIPIENT_COLUMNS = `receipt_id, creditor_fiscal_code, station_code, broker_code, sequence, status, attempts, counted_attempts,
  early_attempts, brought_forward, may_be_brought_forward, next_attempt_at, attempted_at, claimed_until, error_code, error_detail,
  delivered_at, exhausted_at, kept`;

/** Locks the receipt and reads it with its recipients; undefined when there is none. */
export async function findReceiptForUpdate(transaction: Transaction, receiptId: string): Promise<ReceiptRecord | undefined> {
  return (await lockReceipts(transaction, [receiptId])).get(receiptId);
}

/** Locks the receipts, in one order for all, and reads them with their recipients. Those that do not exist are left out. */
export async function lockReceipts(transaction: Transaction, receiptIds: readonly string[]): Promise<Map<string, ReceiptRecord>> {
  const rows = await transaction.query<ReceiptRow>(
    `select receipt_id, content, created_at, revision, traceparent from receipt where receipt_id = any($1::text[])
      order by receipt_id for update`,
    [[...receiptIds]],
    { name: 'receipts_lock' },
  );
  const recipientsOf = await readRecipients(transaction, receiptIds);
  return new Map(
    rows.map((row) => [
      row.receipt_id,
      {
        content: row.content,
        createdAt: fromDate(row.created_at),
        revision: row.revision,
        ...(row.traceparent !== null && { traceparent: row.traceparent }),
        recipients: recipientsOf.get(row.receipt_id) ?? [],
      },
    ]),
  );
}

/** The same for receipts that were read before: what never changes of them is not read again. */
export async function lockAgain(transaction: Transaction, known: ReadonlyMap<string, ReceiptRecord>): Promise<Map<string, ReceiptRecord>> {
  const receiptIds = [...known.keys()];
  const rows = await transaction.query<Pick<ReceiptRow, 'receipt_id' | 'revision'>>(
    'select receipt_id, revision from receipt where receipt_id = any($1::text[]) order by receipt_id for update',
    [receiptIds],
    { name: 'receipts_lock_again' },
  );
  const recipientsOf = await readRecipients(transaction, receiptIds);
  return new Map(
    rows.map(({ receipt_id, revision }) => [
      receipt_id,
      { ...(known.get(receipt_id) as ReceiptRecord), revision, recipients: recipientsOf.get(receipt_id) ?? [] },
    ]),
  );
}

/** The recipients of receipts, each receipt's in their order. */
async function readRecipients(transaction: Transaction, receiptIds: readonly string[]): Promise<Map<string, RecipientRecord[]>> {
  const rows = await transaction.query<RecipientRow>(
    `select ${RECIPIENT_COLUMNS} from recipient where receipt_id = any($1::text[]) order by sequence`,
    [[...receiptIds]],
    { name: 'receipts_recipients' },
  );
  const recipientsOf = new Map<string, RecipientRecord[]>(receiptIds.map((receiptId) => [receiptId, []]));
  for (const row of rows) recipientsOf.get(row.receipt_id)?.push(toRecipient(row));
  return recipientsOf;
}

export { RECIPIENT_COLUMNS, type RecipientRow };

export function toRecipient(row: RecipientRow): RecipientRecord {
  return {
    receiptId: row.receipt_id,
    creditorFiscalCode: row.creditor_fiscal_code,
    stationCode: row.station_code,
    brokerCode: row.broker_code,
    sequence: row.sequence,
    status: row.status,
    attempts: row.attempts,
    counted: row.counted_attempts,
    early: row.early_attempts,
    broughtForward: row.brought_forward,
    mayBeBroughtForward: row.may_be_brought_forward,
    ...at('nextAttemptAt', row.next_attempt_at),
    ...at('attemptedAt', row.attempted_at),
    ...at('claimedUntil', row.claimed_until),
    ...(row.error_code !== null && { error: { code: row.error_code, detail: row.error_detail ?? '' } }),
    ...at('deliveredAt', row.delivered_at),
    ...at('exhaustedAt', row.exhausted_at),
    kept: row.kept,
  };
}

function at<Key extends string>(key: Key, date: Date | null): { [Name in Key]?: number } {
  return date === null ? {} : ({ [key]: fromDate(date) } as { [Name in Key]?: number });
}
