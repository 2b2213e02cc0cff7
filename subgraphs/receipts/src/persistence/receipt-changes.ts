/**
 * What the delivery path writes. Rows and facts go in one statement: on a busy day the round trips to the database are what a delivery
 * costs.
 */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { outboxInsert } from '@nodo-aperto/kernel/events';
import { asDate } from '@nodo-aperto/kernel/time';
import type { RecipientStatus } from '@nodo-aperto/schema/events';
import type { ReceiptContent } from '../domain/receipt.ts';
import { WAITING_AT } from './queue.ts';
import type { RecipientRecord } from './receipt-records.ts';

/**
 * Writes the receipt of a payment, unless there is one.
 * @returns its place in the order of payments; undefined when there is one already
 */
export async function insertReceipt(
  transaction: Transaction,
  content: ReceiptContent,
  { createdAt, traceparent }: { createdAt: number; traceparent: string | undefined },
): Promise<number | undefined> {
  const { receiptId, creditorFiscalCode, noticeNumber, iuv, amount, pspCode, standIn, paidAt } = content;
  const [row] = await transaction.query<{ sequence: number }>(
    `insert into receipt (receipt_id, creditor_fiscal_code, notice_number, iuv, amount, psp_code, stand_in, paid_at, created_at, content,
        traceparent, revision) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
      on conflict (receipt_id) do nothing returning sequence`,
    [
      receiptId,
      creditorFiscalCode,
      noticeNumber,
      iuv,
      amount,
      pspCode,
      standIn,
      asDate(paidAt),
      asDate(createdAt),
      JSON.stringify(content),
      traceparent ?? null,
    ],
    { name: 'receipts_insert' },
  );
  return row?.sequence;
}

export interface NewRecipient {
  readonly creditorFiscalCode: string;
  readonly stationCode: string;
  readonly brokerCode: string;
  readonly nextAttemptAt: number;
}

const INSERT_PARTS = `with made as (
    insert into recipient (receipt_id, creditor_fiscal_code, station_code, broker_code, status, attempts, counted_attempts,
        early_attempts, brought_forward, may_be_brought_forward, next_attempt_at, created_at)
      select $1, given.creditor, given.station, given.broker, 'NOTICE_GENERATED', 0, 0, 0, false, true, given.next_attempt_at, $6
      from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) with ordinality
        as given (creditor, station, broker, next_attempt_at, place) order by given.place
      returning creditor_fiscal_code, station_code, sequence
  ), step as (
    insert into recipient_step (receipt_id, creditor_fiscal_code, station_code, status, at, attempt, duplicate)
      select $1, creditor_fiscal_code, station_code, 'NOTICE_GENERATED', $6, 0, false from made order by made.sequence
  ), party as (
    insert into receipt_party (party, sequence, receipt_id) select given.party, $7, $1 from unnest($8::text[]) as given (party)
  ) ${outboxInsert('$9')}`;

/** Writes what belongs to a new receipt: its recipients in their order, its parties, and the encoded facts about it. */
export async function insertParts(
  transaction: Transaction,
  receipt: {
    readonly receiptId: string;
    readonly sequence: number;
    readonly createdAt: number;
    readonly recipients: readonly NewRecipient[];
    readonly parties: readonly string[];
  },
  facts: string,
): Promise<void> {
  const { recipients } = receipt;
  await transaction.query(
    INSERT_PARTS,
    [
      receipt.receiptId,
      recipients.map((each) => each.creditorFiscalCode),
      recipients.map((each) => each.stationCode),
      recipients.map((each) => each.brokerCode),
      recipients.map((each) => asDate(each.nextAttemptAt)),
      asDate(receipt.createdAt),
      receipt.sequence,
      [...receipt.parties],
      facts,
    ],
    { name: 'receipts_insert_parts' },
  );
}

/** A step in the history of a recipient. */
export interface Step {
  readonly status: RecipientStatus;
  readonly at: number;
  readonly attempt: number;
  readonly error?: { readonly code: string; readonly detail: string };
  readonly elapsedMs?: number;
  readonly duplicate?: boolean;
}

export interface RecipientChange {
  /** The recipient as it is from now on. */
  readonly recipient: RecipientRecord;
  readonly step?: Step;
  /** The revision of the receipt from now on, when facts are stated. */
  readonly revision?: number;
  /** When the receipt became complete. */
  readonly completedAt?: number;
  /** Makes due, at this instant, what else waits for its time at the station (`domain/bring-forward.ts`). */
  readonly bringForwardAt?: number;
}

const CHANGE = `with saved as (
    update recipient set status = $4, attempts = $5, counted_attempts = $6, early_attempts = $7, brought_forward = $8,
      may_be_brought_forward = $9, next_attempt_at = $10, attempted_at = $11, claimed_until = $12, error_code = $13, error_detail = $14,
      delivered_at = $15, exhausted_at = $16 where receipt_id = $1 and creditor_fiscal_code = $2 and station_code = $3
  ), step as (
    insert into recipient_step (receipt_id, creditor_fiscal_code, station_code, status, at, attempt, error_code, error_detail, elapsed_ms,
        duplicate) select $1, $2, $3, $17, $18, $19, $20, $21, $22, $23 where $17::text is not null
  ), receipt_saved as (
    update receipt set revision = $24, completed_at = coalesce(completed_at, $25) where receipt_id = $1 and $24::bigint is not null
  ), brought_forward as (
    update recipient set next_attempt_at = $26, brought_forward = true where sequence in (
      select sequence from recipient where station_code = $3 and ${WAITING_AT('$26')} and next_attempt_at > $26
        and may_be_brought_forward and sequence <> $28 for update skip locked)
  ) ${outboxInsert('$27')}`;

/** Writes what changes of a recipient and its receipt, and the encoded facts about it. */
export async function writeChange(transaction: Transaction, change: RecipientChange, facts: string): Promise<void> {
  const { recipient, step } = change;
  await transaction.query(
    CHANGE,
    [
      recipient.receiptId,
      recipient.creditorFiscalCode,
      recipient.stationCode,
      recipient.status,
      recipient.attempts,
      recipient.counted,
      recipient.early,
      recipient.broughtForward,
      recipient.mayBeBroughtForward,
      instant(recipient.nextAttemptAt),
      instant(recipient.attemptedAt),
      instant(recipient.claimedUntil),
      recipient.error?.code ?? null,
      recipient.error?.detail ?? null,
      instant(recipient.deliveredAt),
      instant(recipient.exhaustedAt),
      step?.status ?? null,
      instant(step?.at),
      step?.attempt ?? null,
      step?.error?.code ?? null,
      step?.error?.detail ?? null,
      step?.elapsedMs ?? null,
      step?.duplicate ?? false,
      change.revision ?? null,
      instant(change.completedAt),
      instant(change.bringForwardAt),
      facts,
      recipient.sequence,
    ],
    { name: 'receipts_write_change' },
  );
}

function instant(at: number | undefined): Date | null {
  return at === undefined ? null : asDate(at);
}
