/** The opening of sessions, several at once: the locks of their notices, the payments, the histories, the stated facts. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { outboxInsert } from '@nodo-aperto/kernel/events';
import { itemRows, joinedFacts } from './item-rows.ts';
import { PAYMENT_COLUMNS, paymentJson, type PaymentRecord } from './payment-record.ts';

const ITEM = itemRows(
  '$1',
  `payment_token text, creditor_fiscal_code text, notice_number text, claim_id uuid, now timestamptz, payment jsonb, response jsonb,
    valid_to timestamptz, psp_code text, primitive text, key text`,
);

// What follows once the notices are held: `held` names the tokens that hold theirs.
const OPENED = `opened as (
    insert into payment (${PAYMENT_COLUMNS}) select ${PAYMENT_COLUMNS.split(', ')
      .map((column) => `made.${column}`)
      .join(', ')}
    from item cross join lateral jsonb_populate_record(null::payment, item.payment) as made
    where item.payment_token in (select payment_token from held) order by item.place
  ), payment_history as (
    insert into payment_status_change (payment_token, status, at)
    select payment_token, 'PAYING', now from item where payment_token in (select payment_token from held) order by place
  ), notice_history as (
    insert into notice_status_change (creditor_fiscal_code, notice_number, status, payment_token, at)
    select creditor_fiscal_code, notice_number, 'PAYING', payment_token, now from item
    where payment_token in (select payment_token from held) order by place
  ), stated as (
    ${outboxInsert('$2', 'where fact.subject in (select payment_token from held)')}
  )`;
const RESULT = 'select payment_token in (select payment_token from held) as held from item order by place';

const OPEN = `with ${ITEM}, held as (
    update notice set status = 'PAYING', payment_token = item.payment_token, claim_id = null, claimed_until = null,
      revision = notice.revision + 1, updated_at = item.now
    from item where notice.creditor_fiscal_code = item.creditor_fiscal_code and notice.notice_number = item.notice_number
      and notice.claim_id = item.claim_id and (notice.status is null or notice.status = 'INSERTED')
      -- The choice of a payment option is void at the claim's end, also when nobody took the notice over.
      and (notice.option_claim is distinct from notice.claim_id or notice.claimed_until > item.now)
    returning notice.payment_token
  ), remembered as (
    update idempotency_entry as entry set payment_token = item.payment_token, response = item.response, valid_to = item.valid_to
    from item where entry.psp_code = item.psp_code and entry.primitive = item.primitive and entry.key = item.key
      and entry.claim_id = item.claim_id and item.payment_token in (select payment_token from held)
  ), ${OPENED} ${RESULT}`;

// Where nobody has to be asked between the claim and the opening, there is no claim: the notice is free, and held at once.
const TAKE = `with ${ITEM}, held as (
    insert into notice as known (creditor_fiscal_code, notice_number, status, payment_token, revision, updated_at)
    select creditor_fiscal_code, notice_number, 'PAYING', payment_token, 1, now from item order by place
    on conflict (creditor_fiscal_code, notice_number) do update set status = 'PAYING', payment_token = excluded.payment_token, claim_id = null,
      claimed_until = null, revision = known.revision + 1, updated_at = excluded.updated_at
      where (known.status is null or known.status = 'INSERTED') and (known.claim_id is null or known.claimed_until <= excluded.updated_at)
    returning payment_token
  ), ${OPENED} ${RESULT}`;

export interface Opening {
  readonly payment: PaymentRecord;
  readonly now: Date;
  /** What the outbox made of the fact. */
  readonly fact: string;
}

/** The opening of a session whose notice was claimed. */
export interface ClaimedOpening extends Opening {
  readonly claimId: string;
  /** The entry of the request's key, and what to remember under it. */
  readonly entry?: {
    readonly pspCode: string;
    readonly primitive: string;
    readonly key: string;
    readonly response: object;
    readonly validTo: Date;
  };
}

type Connection = Pick<Database | Transaction, 'query'>;

/** Opens the sessions of claimed notices. False for one whose claim was lost meanwhile: of that nothing was written. */
export function openPayments(connection: Connection, openings: readonly ClaimedOpening[]): Promise<boolean[]> {
  return opened(connection, openings, OPEN, 'payments_open_payments');
}

/** Opens the sessions of notices that nobody claimed. False for one that is not free: of that nothing was written. */
export function takeNotices(connection: Connection, openings: readonly Opening[]): Promise<boolean[]> {
  return opened(connection, openings, TAKE, 'payments_take_notices');
}

async function opened(
  connection: Connection,
  openings: readonly (Opening & Partial<ClaimedOpening>)[],
  sql: string,
  name: string,
): Promise<boolean[]> {
  // The payments are JSON already; the rest is put beside them.
  const items = openings.map(({ payment, now, claimId, entry }) => {
    const rest = JSON.stringify({
      payment_token: payment.paymentToken,
      creditor_fiscal_code: payment.creditorFiscalCode,
      notice_number: payment.noticeNumber,
      claim_id: claimId,
      now,
      response: entry?.response,
      valid_to: entry?.validTo,
      psp_code: entry?.pspCode,
      primitive: entry?.primitive,
      key: entry?.key,
    });
    return `${rest.slice(0, -1)},"payment":${paymentJson(payment)}}`;
  });
  const rows = await connection.query<{ held: boolean }>(sql, [`[${items.join(',')}]`, joinedFacts(openings.map(({ fact }) => fact))], {
    name,
  });
  return rows.map(({ held }) => held);
}
