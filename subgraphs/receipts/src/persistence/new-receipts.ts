/**
 * Writes new receipts: those of all payments that were booked together in two statements, because on a busy day the round trips to the
 * database are what a receipt costs.
 */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { outboxInsert } from '@nodo-aperto/kernel/events';
import { toIso } from '@nodo-aperto/kernel/time';
import type { ReceiptContent } from '../domain/receipt.ts';

export interface NewReceipt {
  readonly content: ReceiptContent;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly traceparent: string | undefined;
}

const INSERT = `insert into receipt (receipt_id, creditor_fiscal_code, notice_number, iuv, amount, psp_code, stand_in, paid_at, created_at, content,
    traceparent, cart_id, revision)
  select given.receipt_id, given.creditor_fiscal_code, given.notice_number, given.iuv, given.amount, given.psp_code, given.stand_in,
    given.paid_at, given.created_at, given.content, given.traceparent, given.cart_id, 1
  from rows from (jsonb_to_recordset($1::jsonb) as (receipt_id text, creditor_fiscal_code text, notice_number text, iuv text, amount bigint,
      psp_code text, stand_in boolean, paid_at timestamptz, created_at timestamptz, content jsonb, traceparent text, cart_id text))
    with ordinality as given (receipt_id, creditor_fiscal_code, notice_number, iuv, amount, psp_code, stand_in, paid_at, created_at,
      content, traceparent, cart_id, place) order by given.place
  on conflict (receipt_id) do nothing returning receipt_id, sequence`;

/**
 * Writes the receipts of payments, in their order, those left out that are there already.
 * @returns the place in the order of payments of each that was written, by its id
 */
export async function insertReceipts(transaction: Transaction, receipts: readonly NewReceipt[]): Promise<Map<string, number>> {
  const given = receipts.map(({ content, createdAt, traceparent }) => ({
    receipt_id: content.receiptId,
    creditor_fiscal_code: content.creditorFiscalCode,
    notice_number: content.noticeNumber,
    iuv: content.iuv,
    amount: content.amount,
    psp_code: content.pspCode,
    stand_in: content.standIn,
    paid_at: toIso(content.paidAt),
    created_at: toIso(createdAt),
    content,
    traceparent,
    cart_id: content.cart?.id,
  }));
  const rows = await transaction.query<{ receipt_id: string; sequence: number }>(INSERT, [JSON.stringify(given)], {
    name: 'receipts_insert',
  });
  return new Map(rows.map((row) => [row.receipt_id, row.sequence]));
}

export interface NewRecipient {
  readonly creditorFiscalCode: string;
  readonly stationCode: string;
  readonly brokerCode: string;
  readonly nextAttemptAt: number;
}

/** What belongs to a receipt that was written. */
export interface ReceiptParts {
  readonly receiptId: string;
  readonly sequence: number;
  readonly createdAt: number;
  readonly paidAt: number;
  /** In their order. */
  readonly recipients: readonly NewRecipient[];
  readonly parties: readonly string[];
}

const INSERT_PARTS = `with made as (
    insert into recipient (receipt_id, creditor_fiscal_code, station_code, broker_code, status, attempts, counted_attempts,
        early_attempts, brought_forward, may_be_brought_forward, next_attempt_at, created_at, paid_at)
      select given.receipt_id, given.creditor, given.station, given.broker, 'NOTICE_GENERATED', 0, 0, 0, false, true,
        given.next_attempt_at, given.created_at, given.paid_at
      from rows from (jsonb_to_recordset($1::jsonb) as (receipt_id text, creditor text, station text, broker text,
          next_attempt_at timestamptz, created_at timestamptz, paid_at timestamptz))
        with ordinality as given (receipt_id, creditor, station, broker, next_attempt_at, created_at, paid_at, place) order by given.place
      returning receipt_id, creditor_fiscal_code, station_code, created_at, sequence
  ), step as (
    insert into recipient_step (receipt_id, creditor_fiscal_code, station_code, status, at, attempt, duplicate)
      select receipt_id, creditor_fiscal_code, station_code, 'NOTICE_GENERATED', created_at, 0, false from made order by made.sequence
  ), party as (
    insert into receipt_party (party, sequence, receipt_id, paid_at)
      select given.party, given.sequence, given.receipt_id, given.paid_at
      from jsonb_to_recordset($2::jsonb) as given (party text, sequence bigint, receipt_id text, paid_at timestamptz)
  ) ${outboxInsert('$3')}`;

/** Writes what belongs to new receipts: their recipients in their order, their parties, and the encoded facts about them. */
export async function insertParts(transaction: Transaction, receipts: readonly ReceiptParts[], facts: string): Promise<void> {
  const recipients = receipts.flatMap(({ receiptId, createdAt, paidAt, recipients: own }) =>
    own.map((each) => ({
      receipt_id: receiptId,
      creditor: each.creditorFiscalCode,
      station: each.stationCode,
      broker: each.brokerCode,
      next_attempt_at: toIso(each.nextAttemptAt),
      created_at: toIso(createdAt),
      paid_at: toIso(paidAt),
    })),
  );
  const parties = receipts.flatMap(({ receiptId, sequence, paidAt, parties: own }) =>
    own.map((party) => ({ party, sequence, receipt_id: receiptId, paid_at: toIso(paidAt) })),
  );
  await transaction.query(INSERT_PARTS, [JSON.stringify(recipients), JSON.stringify(parties), facts], { name: 'receipts_insert_parts' });
}
