/** Booked payments whose receipts make their way: many at once, each one step or several further. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { outboxInsert } from '@nodo-aperto/kernel/events';
import type { PaymentRecord } from './payment-record.ts';

// In the order of tokens, as everybody who locks several rows of this table.
const PROGRESS = `with change as materialized (
    select payment.payment_token, payment.creditor_fiscal_code, payment.notice_number, given.status, given.revision
    from jsonb_to_recordset($1::jsonb) as given (payment_token text, status text, revision bigint, before bigint)
    join payment on payment.payment_token = given.payment_token and payment.revision = given.before
    order by payment.payment_token for update of payment
  ), moved as (
    update payment set status = change.status, revision = change.revision from change
    where payment.payment_token = change.payment_token returning 1
  ), payment_history as (
    insert into payment_status_change (payment_token, status, at)
    select step.payment_token, step.status, $3
    from rows from (jsonb_to_recordset($2::jsonb) as (payment_token text, status text)) with ordinality as step (payment_token, status, place)
    order by step.place
  ), noticed as (
    update notice set status = 'NOTIFIED', payment_token = change.payment_token, revision = notice.revision + 1, updated_at = $3
    from change where change.status = 'NOTIFIED'
      and notice.creditor_fiscal_code = change.creditor_fiscal_code and notice.notice_number = change.notice_number
  ), notice_history as (
    insert into notice_status_change (creditor_fiscal_code, notice_number, status, payment_token, at)
    select creditor_fiscal_code, notice_number, 'NOTIFIED', payment_token, $3 from change where status = 'NOTIFIED' order by payment_token
  ), stated as (
    ${outboxInsert('$4')}
  ) select count(*)::integer as moved from moved`;

export interface Progress {
  /** The payments as they are afterwards, with the revisions that they had. */
  readonly moved: readonly { readonly payment: PaymentRecord; readonly from: number }[];
  /** Every state that one of them went into, in order. */
  readonly steps: readonly { readonly paymentToken: string; readonly status: string }[];
  readonly now: Date;
  /** What the outbox made of the facts. */
  readonly facts: string;
}

/**
 * Moves payments on, their notices too where the receipt is with everybody.
 * @returns how many were as they were read; with fewer than all the transaction has to be rolled back
 */
export async function progressPayments(transaction: Transaction, { moved, steps, now, facts }: Progress): Promise<number> {
  const changes = moved.map(({ payment, from }) => ({
    payment_token: payment.paymentToken,
    status: payment.status,
    revision: payment.revision,
    before: from,
  }));
  const history = steps.map(({ paymentToken, status }) => ({ payment_token: paymentToken, status }));
  const [row] = await transaction.query<{ moved: number }>(PROGRESS, [JSON.stringify(changes), JSON.stringify(history), now, facts], {
    name: 'payments_progress',
  });
  return row?.moved ?? 0;
}
