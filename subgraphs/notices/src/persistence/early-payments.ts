/**
 * Booked payments of notices that are not kept here (yet). Whoever loads positions of a creditor shares its lock of arrivals; whoever finds
 * that a paid notice is missing holds it alone, and looks again: of a load and a payment at the same time one sees what the other did. The
 * lock comes before any row's, and those of several creditors in one order, so that nobody waits in a circle.
 */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, toIso } from '@nodo-aperto/kernel/time';
import type { NoticePayment } from '../domain/position.ts';
import { arrayText } from './array-text.ts';

/** A payment that came before its notice. */
export interface UnplacedPayment {
  creditorFiscalCode: string;
  noticeNumber: string;
  payment: NoticePayment & { token: string };
}

const lockKey = (creditor: string): string => `hashtextextended('nodo-aperto.arrivals.' || ${creditor}, 0)`;

/** Taken by whoever adds notices, before anything else: no payment is found to be without its notice until the transaction ends. */
export async function shareArrivals(transaction: Transaction, creditors: readonly string[]): Promise<void> {
  await transaction.query(
    `select pg_advisory_xact_lock_shared(${lockKey('creditor')}) from unnest($1::text[]) as creditor`,
    [arrayText([...new Set(creditors)].sort())],
    { name: 'notices_share_arrivals' },
  );
}

/** Holds the arrivals of the creditors of whom a paid notice is missing: none is added until the transaction ends. */
export async function holdArrivalsOfMissing(transaction: Transaction, paid: readonly NoticeKey[]): Promise<void> {
  await transaction.query(
    `select pg_advisory_xact_lock(${lockKey('missing.creditor')}) from (
        select distinct paid.creditor from unnest($1::text[], $2::text[]) as paid(creditor, number)
          where not exists (select from notice where creditor_fiscal_code = paid.creditor and notice_number = paid.number)
          order by 1 offset 0) as missing`,
    [arrayText(paid.map((key) => key.creditorFiscalCode)), arrayText(paid.map((key) => key.noticeNumber))],
    { name: 'notices_hold_arrivals_of_missing' },
  );
}

type NoticeKey = Pick<UnplacedPayment, 'creditorFiscalCode' | 'noticeNumber'>;

/** Holds the arrivals of the creditors for whose notices the payments wait. */
export async function holdArrivalsOfPayments(transaction: Transaction, paymentTokens: readonly string[]): Promise<void> {
  await transaction.query(
    `select pg_advisory_xact_lock(${lockKey('awaited.creditor')}) from (
        select distinct creditor_fiscal_code as creditor from early_payment where payment_token = any($1::text[]) order by 1 offset 0) as awaited`,
    [arrayText(paymentTokens)],
    { name: 'notices_hold_arrivals_of_payments' },
  );
}

/** Keeps payments for the notices that they are of. The first payment of a notice stays. */
export async function keepEarlyPayments(transaction: Transaction, payments: readonly UnplacedPayment[]): Promise<void> {
  if (payments.length === 0) return;
  const rows = payments.map(({ creditorFiscalCode, noticeNumber, payment: { at, token, pspName, method, fee } }) => ({
    creditor_fiscal_code: creditorFiscalCode,
    notice_number: noticeNumber,
    payment_token: token,
    paid_at: toIso(at),
    psp_name: pspName,
    method,
    fee,
  }));
  await transaction.query(
    'insert into early_payment select * from jsonb_populate_recordset(null::early_payment, $1::jsonb) on conflict do nothing',
    [JSON.stringify(rows)],
    { name: 'notices_keep_early_payments' },
  );
}

/** Removes payments that have waited since before the instant, at most so many. @returns how many were removed */
export async function removeEarlyPayments(database: Database, before: number, limit: number): Promise<number> {
  const rows = await database.query(
    `delete from early_payment where ctid = any(array(select ctid from early_payment where paid_at < $1 limit $2)) returning 1`,
    [asDate(before), limit],
  );
  return rows.length;
}
