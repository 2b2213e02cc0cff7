/** The lock of a notice: claimed while its creditor is asked, held by a token, free again. Hand-written: the path of every payment. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { NoticePaymentStatus, NoticeSnapshot } from '@nodo-aperto/schema/events';

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

// One statement: the key is entered, or is somebody else's; then the notice is claimed, or is somebody else's.
const CLAIM = `with entered as (
    insert into idempotency_entry as known (psp_code, primitive, key, request_hash, claim_id, creditor_fiscal_code, notice_number, valid_to, created_at)
    select $6::text, $7::text, $8::text, $9::text, $3::uuid, $1::text, $2::text, $5::timestamptz, $4::timestamptz where $8::text is not null
    on conflict (psp_code, primitive, key) do update set request_hash = excluded.request_hash, claim_id = excluded.claim_id,
      creditor_fiscal_code = excluded.creditor_fiscal_code, notice_number = excluded.notice_number, payment_token = null, response = null,
      valid_to = excluded.valid_to, created_at = excluded.created_at where known.valid_to <= $4::timestamptz
    returning 1
  ), claimed as (
    insert into notice as known (creditor_fiscal_code, notice_number, claim_id, claimed_until, revision, updated_at)
    select $1, $2, $3::uuid, $5::timestamptz, 0, $4::timestamptz where $8::text is null or exists (select from entered)
    on conflict (creditor_fiscal_code, notice_number) do update set claim_id = excluded.claim_id, claimed_until = excluded.claimed_until
      where (known.status is null or known.status = 'INSERTED') and (known.claim_id is null or known.claimed_until <= $4::timestamptz)
    returning 1
  ) select exists (select from entered) as entered, exists (select from claimed) as claimed,
    (select data from aca_notice where creditor_fiscal_code = $1 and notice_number = $2) as aca`;

/** Claims a notice that is free, so that its creditor can be asked without a transaction held open. */
export async function claimNotice(database: Database, claim: Claim): Promise<ClaimResult> {
  const { creditorFiscalCode, noticeNumber, claimId, now, until, entry } = claim;
  const [row] = await database.query<{ entered: boolean; claimed: boolean; aca: NoticeSnapshot | null }>(
    CLAIM,
    [creditorFiscalCode, noticeNumber, claimId, now, until, entry?.pspCode, entry?.primitive, entry?.key, entry?.requestHash],
    { name: 'payments_claim_notice' },
  );
  if (row?.claimed) return { kind: 'CLAIMED', inAca: row.aca ?? undefined };
  return { kind: entry && !row?.entered ? 'KEY_KNOWN' : 'NOTICE_TAKEN' };
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

export async function readStanding(database: Database, key: NoticeKey, now: Date): Promise<NoticeStanding> {
  const [row] = await database.query<NoticeState & { known: boolean; aca: NoticeSnapshot | null }>(
    `select held.notice_number is not null as known, held.status, coalesce(held.claimed_until > $3, false) as claimed, aca.data as aca
      from (values (1)) as one
        left join notice as held on held.creditor_fiscal_code = $1 and held.notice_number = $2
        left join aca_notice as aca on aca.creditor_fiscal_code = $1 and aca.notice_number = $2`,
    [key.creditorFiscalCode, key.noticeNumber, now],
    { name: 'payments_read_standing' },
  );
  return { state: row?.known ? { status: row.status, claimed: row.claimed } : undefined, inAca: row?.aca ?? undefined };
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
