/** The usual outcome, of one open session: read without a lock, written by one statement if nothing has changed since. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { outboxInsert } from '@nodo-aperto/kernel/events';
import type { EntryKey } from './idempotency-queries.ts';
import { type PaymentRecord, paymentSelection } from './payment-record.ts';
import type { Move } from './payment-queries.ts';

type Connection = Pick<Database | Transaction, 'query'>;

const READ = `select ${paymentSelection()} from payment where payment_token = $1 and psp_code = $2 and status = 'PAYING'`;

/** The payment of an open session of the PSP; undefined when there is no such session. */
export async function readOpenPayment(connection: Connection, paymentToken: string, pspCode: string): Promise<PaymentRecord | undefined> {
  const [payment] = await connection.query<PaymentRecord>(READ, [paymentToken, pspCode], { name: 'payments_read_open' });
  return payment;
}

// Notice and payment are locked together, in the order of everybody else, and looked at again as the lock finds them: when the session is no
// longer as it was read there is no row, and nothing is written.
const SETTLE = `with held as materialized (
    select notice.creditor_fiscal_code, notice.notice_number from notice
    where notice.creditor_fiscal_code = $1 and notice.notice_number = $2 and notice.status = 'PAYING' and notice.payment_token = $3 for update
  ), moved as (
    update payment set status = $4, outcome = $7, outcome_at = $6, late = false, payment_method = $8, payment_channel = $9, fee = $10,
      payer = $11::jsonb, application_date = $12, transfer_date = $13, revision = $14, primary_creditor_fee = $15, bundle_id = $16,
      creditor_bundle_id = $17
    from held where payment.payment_token = $3 and payment.status = 'PAYING' and payment.revision = $14 - 1 returning 1
  ), noticed as (
    update notice set status = $5, payment_token = case when $5 = 'INSERTED' then null else $3 end, revision = notice.revision + 1, updated_at = $6
    where creditor_fiscal_code = $1 and notice_number = $2 and exists (select from moved)
  ), payment_history as (
    insert into payment_status_change (payment_token, status, at) select $3, $4, $6 from moved
  ), notice_history as (
    insert into notice_status_change (creditor_fiscal_code, notice_number, status, payment_token, at) select $1, $2, $5, $3, $6 from moved
  ), forgotten as (
    delete from idempotency_entry where payment_token = $3 and primitive = any($18) and exists (select from moved)
  ), remembered as (
    update idempotency_entry set response = $22::jsonb, payment_token = $3, creditor_fiscal_code = $1, notice_number = $2
    where psp_code = $19 and primitive = $20 and key = $21 and exists (select from moved)
  ), stated as (
    ${outboxInsert('$23', 'where exists (select from moved)')}
  ) select exists (select from moved) as moved`;

export interface OpenSettlement extends Move {
  /** Primitives whose answers for this token are forgotten: its outcome is known. */
  readonly forgotten: readonly string[];
  /** The key that was taken for the request in this transaction, and what to remember under it. */
  readonly entry?: EntryKey & { readonly response: object };
}

/** Settles an open session. False when it is no longer as it was read: then nothing was written. */
export async function settleOpenPayment(connection: Connection, settlement: OpenSettlement): Promise<boolean> {
  const { payment, noticeStatus, now, fact, forgotten, entry } = settlement;
  const [row] = await connection.query<{ moved: boolean }>(
    SETTLE,
    [
      payment.creditorFiscalCode,
      payment.noticeNumber,
      payment.paymentToken,
      payment.status,
      noticeStatus,
      now,
      payment.outcome,
      payment.paymentMethod,
      payment.paymentChannel,
      payment.fee,
      payment.payer && JSON.stringify(payment.payer),
      payment.applicationDate,
      payment.transferDate,
      payment.revision,
      payment.primaryCreditorFee,
      payment.bundleId,
      payment.creditorBundleId,
      [...forgotten],
      entry?.pspCode,
      entry?.primitive,
      entry?.key,
      entry && JSON.stringify(entry.response),
      fact,
    ],
    { name: 'payments_settle_open' },
  );
  return row?.moved === true;
}
