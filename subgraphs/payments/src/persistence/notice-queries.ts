/** The lock of a notice: claimed while its creditor is asked, held by a token, free again. Hand-written: the path of every payment. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { NoticePaymentStatus, NoticeSnapshot } from '@nodo-aperto/schema/events';
import { itemRows } from './item-rows.ts';

export interface NoticeKey {
  readonly creditorFiscalCode: string;
  readonly noticeNumber: string;
}

export interface Claim extends NoticeKey {
  /** Whoever holds the claim knows this id. */
  readonly claimId: string;
  readonly now: Date;
  /** From then on the claim is void. */
  readonly until: Date;
  /** The idempotency key of the request; absent when it has none, or keys are not in use. */
  readonly entry?: { readonly pspCode: string; readonly primitive: string; readonly key: string; readonly requestHash: string };
}

export type ClaimResult =
  /** Claimed; with what ACA has of the notice. Whether an option of several may be paid is still to be found out. */
  | { readonly kind: 'CLAIMED'; readonly inAca: NoticeSnapshot | undefined }
  /** The key is known already: look it up. Nothing was written. */
  | { readonly kind: 'KEY_KNOWN' }
  /** The notice is held or claimed by somebody else. The key, if any, is entered under the claim's id. */
  | { readonly kind: 'NOTICE_TAKEN' };

// One statement: the keys are entered, or are somebody else's; then the notices are claimed, or are somebody else's.
const CLAIM = `with ${itemRows(
  '$1',
  `creditor_fiscal_code text, notice_number text, claim_id uuid, until timestamptz, now timestamptz, psp_code text, primitive text, key text,
    request_hash text`,
)}, entered as (
    insert into idempotency_entry as known (psp_code, primitive, key, request_hash, claim_id, creditor_fiscal_code, notice_number, valid_to, created_at)
    select psp_code, primitive, key, request_hash, claim_id, creditor_fiscal_code, notice_number, until, now from item where key is not null
    order by place
    on conflict (psp_code, primitive, key) do update set request_hash = excluded.request_hash, claim_id = excluded.claim_id,
      creditor_fiscal_code = excluded.creditor_fiscal_code, notice_number = excluded.notice_number, payment_token = null, response = null,
      valid_to = excluded.valid_to, created_at = excluded.created_at where known.valid_to <= excluded.created_at
    returning claim_id
  ), claimed as (
    insert into notice as known (creditor_fiscal_code, notice_number, claim_id, claimed_until, revision, updated_at)
    select creditor_fiscal_code, notice_number, claim_id, until, 0, now from item
    where key is null or claim_id in (select claim_id from entered) order by place
    on conflict (creditor_fiscal_code, notice_number) do update set claim_id = excluded.claim_id, claimed_until = excluded.claimed_until
      where (known.status is null or known.status = 'INSERTED') and (known.claim_id is null or known.claimed_until <= excluded.updated_at)
    returning claim_id
  ) select claim_id in (select claim_id from entered) as entered, claim_id in (select claim_id from claimed) as claimed,
    (select data from aca_notice as aca where aca.creditor_fiscal_code = item.creditor_fiscal_code and aca.notice_number = item.notice_number) as aca
  from item order by place`;

/** Claims notices that are free, so that their creditors can be asked without a transaction held open. No notice and no key comes twice. */
export async function claimNotices(database: Database, claims: readonly Claim[]): Promise<ClaimResult[]> {
  const items = claims.map(({ creditorFiscalCode, noticeNumber, claimId, now, until, entry }) => ({
    creditor_fiscal_code: creditorFiscalCode,
    notice_number: noticeNumber,
    claim_id: claimId,
    until,
    now,
    psp_code: entry?.pspCode,
    primitive: entry?.primitive,
    key: entry?.key,
    request_hash: entry?.requestHash,
  }));
  const rows = await database.query<{ entered: boolean; claimed: boolean; aca: NoticeSnapshot | null }>(CLAIM, [JSON.stringify(items)], {
    name: 'payments_claim_notices',
  });
  return rows.map((row, index) => {
    if (row.claimed) return { kind: 'CLAIMED', inAca: row.aca ?? undefined };
    return { kind: claims[index]?.entry && !row.entered ? 'KEY_KNOWN' : 'NOTICE_TAKEN' };
  });
}

/** Gives a claim back; a notice that was never activated is forgotten again. A claim that was taken over is left alone. */
export async function releaseNotice(database: Database, key: NoticeKey, claimId: string): Promise<void> {
  await database.query(
    `with forgotten as (
        delete from notice where creditor_fiscal_code = $1 and notice_number = $2 and claim_id = $3 and status is null returning 1
      ) update notice set claim_id = null, claimed_until = null
        where creditor_fiscal_code = $1 and notice_number = $2 and claim_id = $3 and status is not null`,
    [key.creditorFiscalCode, key.noticeNumber, claimId],
    { name: 'payments_release_notice' },
  );
}

/** Gives back claims whose time has passed: whoever made them is gone. Returns how many there were. */
export async function releaseAbandoned(database: Database, now: Date): Promise<number> {
  const rows = await database.query(
    `with forgotten as (
        delete from notice where claimed_until <= $1 and status is null returning 1
      ), freed as (
        update notice set claim_id = null, claimed_until = null where claimed_until <= $1 and status is not null returning 1
      ) select from forgotten union all select from freed`,
    [now],
  );
  return rows.length;
}

export interface NoticeState {
  readonly status: NoticePaymentStatus | null;
  /** Whether an activation is at the creditor now. */
  readonly claimed: boolean;
}

/** How a notice stands; undefined when nobody has activated it. */
export async function readNotice(database: Database, key: NoticeKey, now: Date): Promise<NoticeState | undefined> {
  const [row] = await database.query<NoticeState>(
    `select status, coalesce(claimed_until > $3, false) as claimed from notice where creditor_fiscal_code = $1 and notice_number = $2`,
    [key.creditorFiscalCode, key.noticeNumber, now],
    { name: 'payments_read_notice' },
  );
  return row;
}

/** What is known of a notice before its creditor is asked: how it stands (see {@link readNotice}), and what ACA has of it. */
export interface NoticeStanding {
  readonly state: NoticeState | undefined;
  readonly inAca: NoticeSnapshot | undefined;
}

// Scalar look-ups: one row each, by the key.
const STANDING = `with ${itemRows('$1', 'creditor_fiscal_code text, notice_number text, now timestamptz')}
  select held.notice_number is not null as known, held.status, coalesce(held.claimed_until > item.now, false) as claimed,
    (select data from aca_notice as aca where aca.creditor_fiscal_code = item.creditor_fiscal_code and aca.notice_number = item.notice_number) as aca
  from item left join notice as held on held.creditor_fiscal_code = item.creditor_fiscal_code and held.notice_number = item.notice_number
  order by item.place`;

export interface StandingQuestion extends NoticeKey {
  readonly now: Date;
}

/** How notices stand and what ACA has of them, in the order of the questions. */
export async function readStandings(database: Database, questions: readonly StandingQuestion[]): Promise<NoticeStanding[]> {
  const items = questions.map(({ creditorFiscalCode, noticeNumber, now }) => ({
    creditor_fiscal_code: creditorFiscalCode,
    notice_number: noticeNumber,
    now,
  }));
  const rows = await database.query<NoticeState & { known: boolean; aca: NoticeSnapshot | null }>(STANDING, [JSON.stringify(items)], {
    name: 'payments_read_standings',
  });
  return rows.map(({ known, status, claimed, aca }) => ({ state: known ? { status, claimed } : undefined, inAca: aca ?? undefined }));
}

/** Locks the notices of the tokens, in one order for all, until the transaction ends. Tokens that are not known lock nothing. */
export async function lockNoticesOf(transaction: Transaction, paymentTokens: readonly string[]): Promise<NoticeKey[]> {
  return transaction.query<NoticeKey>(
    `select creditor_fiscal_code as "creditorFiscalCode", notice_number as "noticeNumber" from notice where (creditor_fiscal_code, notice_number) in
        (select creditor_fiscal_code, notice_number from payment where payment_token = any($1))
      order by creditor_fiscal_code, notice_number for update`,
    [paymentTokens],
    { name: 'payments_lock_notices' },
  );
}
