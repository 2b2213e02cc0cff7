/** Changes of payments, each one statement: the row, its history, its notice, the notice's history, the stated fact. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { outboxInsert } from '@nodo-aperto/kernel/events';
import type { NoticePaymentStatus } from '@nodo-aperto/schema/events';
import { itemRows } from './item-rows.ts';
import { type PaymentRecord, paymentSelection } from './payment-record.ts';

const READ = `with ${itemRows('$1', 'payment_token text')}
  select ${paymentSelection()} from item join payment on payment.payment_token = item.payment_token`;

/** Payments by their tokens; those that do not exist are left out. */
export async function readPayments(
  connection: Pick<Database | Transaction, 'query'>,
  paymentTokens: readonly string[],
): Promise<Map<string, PaymentRecord>> {
  const items = [...new Set(paymentTokens)].map((paymentToken) => ({ payment_token: paymentToken }));
  const payments = await connection.query<PaymentRecord>(READ, [JSON.stringify(items)], { name: 'payments_read_payments' });
  return new Map(payments.map((payment) => [payment.paymentToken, payment]));
}

/** All tokens of the notices of the given tokens, oldest first. */
export async function paymentsBeside(transaction: Transaction, paymentTokens: readonly string[]): Promise<PaymentRecord[]> {
  return transaction.query<PaymentRecord>(
    `select ${paymentSelection()} from payment where (creditor_fiscal_code, notice_number) in
        (select creditor_fiscal_code, notice_number from payment where payment_token = any($1))
      order by activated_at, payment_token`,
    [paymentTokens],
    { name: 'payments_beside' },
  );
}

// The caller holds the lock of the notice, so nothing can have changed between its reading and this.
const MOVE = `with moved as (
    update payment set status = $2, outcome = $5, outcome_at = $6, late = $7, payment_method = $8, payment_channel = $9, fee = $10, payer = $11::jsonb,
      application_date = $12, transfer_date = $13, revision = $14, transfers = coalesce($16::jsonb, transfers), primary_creditor_fee = $17,
      bundle_id = $18, creditor_bundle_id = $19
    where payment_token = $1 and revision = $14 - 1 returning creditor_fiscal_code, notice_number
  ), payment_history as (
    insert into payment_status_change (payment_token, status, at) select $1, $2, $4 from moved
  ), noticed as (
    update notice set status = $3, payment_token = case when $3 = 'INSERTED' then null else $1 end, revision = notice.revision + 1, updated_at = $4
    from moved where $3::text is not null
      and notice.creditor_fiscal_code = moved.creditor_fiscal_code and notice.notice_number = moved.notice_number
    returning notice.creditor_fiscal_code, notice.notice_number
  ), notice_history as (
    insert into notice_status_change (creditor_fiscal_code, notice_number, status, payment_token, at)
    select creditor_fiscal_code, notice_number, $3, $1, $4 from noticed
  ), stated as (
    ${outboxInsert('$15', 'where exists (select from moved)')}
  ) select exists (select from moved) as moved`;

export interface Move {
  /** The payment as it is after the move; its revision is one more than before. */
  readonly payment: PaymentRecord;
  /** The state that the notice goes into; undefined when it stays as it is. */
  readonly noticeStatus?: NoticePaymentStatus | undefined;
  readonly now: Date;
  /** What the outbox made of the fact. */
  readonly fact: string;
  /** Whether the transfers changed: stamps were bought. */
  readonly stamped?: boolean;
}

/** Moves a payment into another state. False when it is not as it was read. */
export async function movePayment(transaction: Transaction, { payment, noticeStatus, now, fact, stamped }: Move): Promise<boolean> {
  const [row] = await transaction.query<{ moved: boolean }>(
    MOVE,
    [
      payment.paymentToken,
      payment.status,
      noticeStatus,
      now,
      payment.outcome,
      payment.outcomeAt,
      payment.late,
      payment.paymentMethod,
      payment.paymentChannel,
      payment.fee,
      payment.payer && JSON.stringify(payment.payer),
      payment.applicationDate,
      payment.transferDate,
      payment.revision,
      fact,
      stamped ? JSON.stringify(payment.transfers) : undefined,
      payment.primaryCreditorFee,
      payment.bundleId,
      payment.creditorBundleId,
    ],
    { name: 'payments_move_payment' },
  );
  return row?.moved === true;
}

/** Locks the notices of at most so many tokens that expired by then; those that somebody works on are left to the next run. */
export async function lockExpired(transaction: Transaction, now: Date, most: number): Promise<string[]> {
  const rows = await transaction.query<{ token: string }>(
    `select payment.payment_token as token from payment join notice using (creditor_fiscal_code, notice_number)
      where payment.status = 'PAYING' and payment.expires_at <= $1 order by payment.expires_at limit $2 for update of notice skip locked`,
    [now, most],
  );
  return rows.map((row) => row.token);
}

/** Cancels open tokens whose notices are locked; gives the payments as they are now. */
export async function cancelPayments(transaction: Transaction, paymentTokens: readonly string[], now: Date): Promise<PaymentRecord[]> {
  const cancelled = await transaction.query<PaymentRecord>(
    `update payment set status = 'CANCELLED', revision = revision + 1 where payment_token = any($1) and status = 'PAYING' returning ${paymentSelection()}`,
    [paymentTokens],
  );
  await transaction.query(
    `with gone as (
        select token, creditor_fiscal_code, notice_number from unnest($1::text[], $2::text[], $3::text[]) as gone (token, creditor_fiscal_code, notice_number)
      ), payment_history as (
        insert into payment_status_change (payment_token, status, at) select token, 'CANCELLED', $4 from gone
      ), notice_history as (
        insert into notice_status_change (creditor_fiscal_code, notice_number, status, payment_token, at)
        select creditor_fiscal_code, notice_number, 'INSERTED', token, $4 from gone
      ) update notice set status = 'INSERTED', payment_token = null, revision = notice.revision + 1, updated_at = $4 from gone
        where notice.creditor_fiscal_code = gone.creditor_fiscal_code and notice.notice_number = gone.notice_number`,
    [
      cancelled.map((payment) => payment.paymentToken),
      cancelled.map((payment) => payment.creditorFiscalCode),
      cancelled.map((payment) => payment.noticeNumber),
      now,
    ],
  );
  return cancelled;
}

/** How many sessions are open now, and how many of them are past their time. For metrics. */
export async function countOpen(database: Database, now: Date): Promise<{ open: number; overdue: number }> {
  const [row] = await database.query<{ open: number; overdue: number }>(
    `select count(*) as open, count(*) filter (where expires_at <= $1) as overdue from payment where status = 'PAYING'`,
    [now],
  );
  return row ?? { open: 0, overdue: 0 };
}
