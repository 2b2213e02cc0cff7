/** The usual outcome, of an open session: read without a lock, written by one statement if nothing has changed since. Several at once. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { outboxInsert } from '@nodo-aperto/kernel/events';
import type { EntryKey } from './idempotency-queries.ts';
import { itemRows, joinedFacts } from './item-rows.ts';
import type { Move } from './payment-queries.ts';

type Connection = Pick<Database | Transaction, 'query'>;

// Notice and payment are locked together, in the order of everybody else, and looked at again as the lock finds them: when a session is no
// longer as it was read (its revision tells) it has no row in `moved`, and nothing is written of it.
const SETTLE = `with ${itemRows(
  '$1',
  `payment_token text, creditor_fiscal_code text, notice_number text, revision bigint, status text, notice_status text, now timestamptz,
    outcome text, payment_method text, payment_channel text, fee bigint, payer jsonb, application_date date, transfer_date date,
    primary_creditor_fee bigint, bundle_id text, creditor_bundle_id text, psp_code text, primitive text, key text, response jsonb`,
)}, held as materialized (
    select item.* from item join notice on notice.creditor_fiscal_code = item.creditor_fiscal_code and notice.notice_number = item.notice_number
    where notice.status = 'PAYING' and notice.payment_token = item.payment_token for update of notice
  ), moved as (
    update payment set status = held.status, outcome = held.outcome, outcome_at = held.now, late = false, payment_method = held.payment_method,
      payment_channel = held.payment_channel, fee = held.fee, payer = held.payer, application_date = held.application_date,
      transfer_date = held.transfer_date, revision = held.revision, primary_creditor_fee = held.primary_creditor_fee,
      bundle_id = held.bundle_id, creditor_bundle_id = held.creditor_bundle_id
    from held where payment.payment_token = held.payment_token and payment.revision = held.revision - 1
    returning payment.payment_token
  ), done as materialized (
    select item.* from item where item.payment_token in (select payment_token from moved)
  ), noticed as (
    update notice set status = done.notice_status,
      payment_token = case when done.notice_status = 'INSERTED' then null else done.payment_token end,
      revision = notice.revision + 1, updated_at = done.now
    from done where notice.creditor_fiscal_code = done.creditor_fiscal_code and notice.notice_number = done.notice_number
  ), payment_history as (
    insert into payment_status_change (payment_token, status, at) select payment_token, status, now from done order by place
  ), notice_history as (
    insert into notice_status_change (creditor_fiscal_code, notice_number, status, payment_token, at)
    select creditor_fiscal_code, notice_number, notice_status, payment_token, now from done order by place
  ), forgotten as (
    delete from idempotency_entry as entry using done where entry.payment_token = done.payment_token and entry.primitive = any($2)
  ), remembered as (
    update idempotency_entry as entry set response = done.response, payment_token = done.payment_token,
      creditor_fiscal_code = done.creditor_fiscal_code, notice_number = done.notice_number
    from done where entry.psp_code = done.psp_code and entry.primitive = done.primitive and entry.key = done.key
  ), stated as (
    ${outboxInsert('$3', 'where fact.subject in (select payment_token from moved)')}
  ) select payment_token in (select payment_token from moved) as moved from item order by place`;

/** What settles an open session. */
export interface OpenSettlement extends Move {
  /** The key that was taken for the request in this transaction, and what to remember under it. */
  readonly entry?: EntryKey & { readonly response: object };
}

/**
 * Settles open sessions, each of a notice of its own. False for one that is no longer as it was read: of that nothing was written.
 * @param forgotten primitives whose answers for these tokens are forgotten: their outcome is known
 */
export async function settleOpenPayments(
  connection: Connection,
  settlements: readonly OpenSettlement[],
  forgotten: readonly string[],
): Promise<boolean[]> {
  const items = settlements.map(({ payment, noticeStatus, now, entry }) => ({
    payment_token: payment.paymentToken,
    creditor_fiscal_code: payment.creditorFiscalCode,
    notice_number: payment.noticeNumber,
    revision: payment.revision,
    status: payment.status,
    notice_status: noticeStatus,
    now,
    outcome: payment.outcome,
    payment_method: payment.paymentMethod,
    payment_channel: payment.paymentChannel,
    fee: payment.fee,
    payer: payment.payer,
    application_date: payment.applicationDate,
    transfer_date: payment.transferDate,
    primary_creditor_fee: payment.primaryCreditorFee,
    bundle_id: payment.bundleId,
    creditor_bundle_id: payment.creditorBundleId,
    psp_code: entry?.pspCode,
    primitive: entry?.primitive,
    key: entry?.key,
    response: entry?.response,
  }));
  const facts = joinedFacts(settlements.map(({ fact }) => fact));
  const rows = await connection.query<{ moved: boolean }>(SETTLE, [JSON.stringify(items), [...forgotten], facts], {
    name: 'payments_settle_open_sessions',
  });
  return rows.map(({ moved }) => moved);
}
