/**
 * What the delivery path writes. Rows and facts go in one statement: on a busy day the round trips to the database are what a delivery
 * costs.
 */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { outboxInsert } from '@nodo-aperto/kernel/events';
import { asDate, toIso } from '@nodo-aperto/kernel/time';
import type { RecipientStatus } from '@nodo-aperto/schema/events';
import { WAITING_AT } from './queue.ts';
import type { RecipientRecord } from './receipt-records.ts';

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
}

export interface ChangeOptions {
  /** The encoded facts about the changes, in their order. */
  readonly facts: string;
  /** Makes due, at an instant, what else waits for its time at a station (`domain/bring-forward.ts`). */
  readonly bringForward?: { readonly stationCode: string; readonly at: number };
}

// What waits is found in the order of its time, by the index of that order: without it, the planner may walk the station's whole queue each time.
const CHANGE = `with change as materialized (
    select * from rows from (jsonb_to_recordset($1::jsonb) as (sequence bigint, receipt_id text, creditor_fiscal_code text, station_code text,
        status text, attempts integer, counted integer, early integer, brought_forward boolean, may_be_brought_forward boolean,
        next_attempt_at timestamptz, attempted_at timestamptz, claimed_until timestamptz, error_code text, error_detail text,
        delivered_at timestamptz, exhausted_at timestamptz, kept boolean, step_status text, step_at timestamptz, step_attempt integer,
        step_error_code text, step_error_detail text, elapsed_ms integer, duplicate boolean, revision bigint, completed_at timestamptz))
      with ordinality as change (sequence, receipt_id, creditor_fiscal_code, station_code, status, attempts, counted, early, brought_forward,
        may_be_brought_forward, next_attempt_at, attempted_at, claimed_until, error_code, error_detail, delivered_at, exhausted_at, kept,
        step_status, step_at, step_attempt, step_error_code, step_error_detail, elapsed_ms, duplicate, revision, completed_at, place)
  ), saved as (
    update recipient set status = change.status, attempts = change.attempts, counted_attempts = change.counted,
      early_attempts = change.early, brought_forward = change.brought_forward, may_be_brought_forward = change.may_be_brought_forward,
      next_attempt_at = change.next_attempt_at, attempted_at = change.attempted_at, claimed_until = change.claimed_until,
      error_code = change.error_code, error_detail = change.error_detail, delivered_at = change.delivered_at,
      exhausted_at = change.exhausted_at, kept = change.kept
    from change where recipient.receipt_id = change.receipt_id and recipient.creditor_fiscal_code = change.creditor_fiscal_code
      and recipient.station_code = change.station_code
  ), step as (
    insert into recipient_step (receipt_id, creditor_fiscal_code, station_code, status, at, attempt, error_code, error_detail, elapsed_ms,
        duplicate)
      select receipt_id, creditor_fiscal_code, station_code, step_status, step_at, step_attempt, step_error_code, step_error_detail,
        elapsed_ms, duplicate from change where step_status is not null order by place
  ), receipt_saved as (
    update receipt set revision = latest.revision, completed_at = coalesce(receipt.completed_at, latest.completed_at)
    from (select receipt_id, max(revision) as revision, max(completed_at) as completed_at from change where revision is not null
      group by receipt_id) as latest where receipt.receipt_id = latest.receipt_id
  ), brought_forward as (
    update recipient set next_attempt_at = $2, brought_forward = true where sequence in (
      select sequence from recipient where station_code = $3 and ${WAITING_AT('$2')} and next_attempt_at > $2
        and may_be_brought_forward and sequence not in (select change.sequence from change)
        order by next_attempt_at for update skip locked)
  ) ${outboxInsert('$4')}`;

/** Writes what changes of recipients, each named once, and of their receipts, and the encoded facts about them. */
export async function writeChanges(
  transaction: Transaction,
  changes: readonly RecipientChange[],
  { facts, bringForward }: ChangeOptions,
): Promise<void> {
  if (changes.length === 0) return;
  await transaction.query(
    CHANGE,
    [JSON.stringify(changes.map(rowOf)), bringForward ? asDate(bringForward.at) : null, bringForward?.stationCode ?? null, facts],
    { name: 'receipts_write_changes' },
  );
}

function rowOf({ recipient, step, revision, completedAt }: RecipientChange): Record<string, unknown> {
  return {
    sequence: recipient.sequence,
    receipt_id: recipient.receiptId,
    creditor_fiscal_code: recipient.creditorFiscalCode,
    station_code: recipient.stationCode,
    status: recipient.status,
    attempts: recipient.attempts,
    counted: recipient.counted,
    early: recipient.early,
    brought_forward: recipient.broughtForward,
    may_be_brought_forward: recipient.mayBeBroughtForward,
    next_attempt_at: instant(recipient.nextAttemptAt),
    attempted_at: instant(recipient.attemptedAt),
    claimed_until: instant(recipient.claimedUntil),
    error_code: recipient.error?.code,
    error_detail: recipient.error?.detail,
    delivered_at: instant(recipient.deliveredAt),
    exhausted_at: instant(recipient.exhaustedAt),
    kept: recipient.kept,
    step_status: step?.status,
    step_at: instant(step?.at),
    step_attempt: step?.attempt,
    step_error_code: step?.error?.code,
    step_error_detail: step?.error?.detail,
    elapsed_ms: step?.elapsedMs,
    duplicate: step?.duplicate ?? false,
    revision,
    completed_at: instant(completedAt),
  };
}

function instant(at: number | undefined): string | undefined {
  return at === undefined ? undefined : toIso(at);
}
