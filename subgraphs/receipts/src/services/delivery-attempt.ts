/**
 * One attempt to deliver a receipt: claim (a transaction), call (none open), record (another). A process that dies after the call leaves the
 * claim to run out; the receipt is then sent again, and the creditor answers that it has it: sent at least once, effective exactly once.
 */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Directory, Settings } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { Jobs } from '@nodo-aperto/kernel/jobs';
import { type Clock, SECOND } from '@nodo-aperto/kernel/time';
import { receiptCompleted, receiptDelivered, receiptExhausted, receiptPending, receiptSent } from '@nodo-aperto/schema/events';
import { afterFailure } from '../domain/attempts.ts';
import { mayBeBroughtForward } from '../domain/bring-forward.ts';
import type { DeliveryFailure } from '../domain/delivery-failure.ts';
import type { Delivery } from '../domain/recipient-answer.ts';
import { assertTransition, isComplete, statusOnSending } from '../domain/recipient-status.ts';
import { lockDue } from '../persistence/queue.ts';
import { writeChange } from '../persistence/receipt-changes.ts';
import { lockReceipt, type ReceiptRecord, type RecipientRecord } from '../persistence/receipt-records.ts';
import { DELIVERY_TASK, deliveryKey } from './delivery-key.ts';
import { encodeFacts } from './receipt-facts.ts';

export interface DeliveryRecords {
  readonly database: Database;
  readonly directory: Directory;
  readonly outbox: Outbox;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

/** How an attempt ended; `elapsedMs` when a call was made. */
export type SendingResult = Delivery & { readonly elapsedMs?: number };

/** A recipient that this process may call now. */
export interface Claim {
  readonly recipient: RecipientRecord;
  readonly receipt: ReceiptRecord;
  /** Whether its station is in Stand-In. */
  readonly standIn: boolean;
  readonly settings: Settings;
}

// How long after the deadline of the call a claim still holds: recording takes its time on a busy database.
const CLAIM_GRACE_MS = 5 * SECOND;
// The queue counts from the beginning of the transaction, which was a little earlier: a task must not come before its time.
const TASK_SLACK_MS = 500;
const NO_FACTS = '[]';

/** Claims the first recipient of the station that is due; undefined when there is none. */
export async function claimDue(
  records: DeliveryRecords,
  stationCode: string,
  options: { underWay: readonly number[]; evenInStandIn: boolean },
): Promise<Claim | undefined> {
  const { database, directory, outbox, clock } = records;
  const settings = await directory.settings();
  return database.transaction(async (transaction) => {
    const now = clock.now();
    const due = await lockDue(transaction, stationCode, { now, ...options });
    if (!due) return undefined;
    const { recipient: found, standIn } = due;
    const recipient: RecipientRecord = {
      ...found,
      status: statusOnSending(found.status),
      attempts: found.attempts + 1,
      attemptedAt: now,
      claimedUntil: now + settings.receiptTimeoutMs + CLAIM_GRACE_MS,
    };
    const receipt = withRecipient(await lockReceipt(transaction, found.receiptId), recipient);
    if (recipient.status === found.status) {
      await writeChange(transaction, { recipient }, NO_FACTS);
      return { recipient, receipt, standIn, settings };
    }
    const sent = { ...receipt, revision: receipt.revision + 1 };
    const facts = encodeFacts(transaction, outbox, sent, [{ contract: receiptSent, about: recipient }]);
    const step = { status: recipient.status, at: now, attempt: recipient.attempts };
    await writeChange(transaction, { recipient, step, revision: sent.revision }, facts);
    return { recipient, receipt: sent, standIn, settings };
  });
}

/** Writes down how an attempt ended. What another attempt has settled meanwhile stays as it is. */
export async function recordAttempt(records: DeliveryRecords, claim: Claim, result: SendingResult): Promise<void> {
  await records.database.transaction(async (transaction) => {
    const receipt = await lockReceipt(transaction, claim.recipient.receiptId);
    const current = receipt.recipients.find((each) => each.sequence === claim.recipient.sequence);
    if (!current || current.status === 'NOTIFIED') return;
    if (result.delivered) await recordDelivery(records, transaction, { receipt, current, claim, result });
    else if (current.attempts === claim.recipient.attempts) await recordFailure(records, transaction, { receipt, current, claim, result });
  });
}

interface Ending<Result extends SendingResult> {
  readonly receipt: ReceiptRecord;
  /** The recipient as it is in the database. */
  readonly current: RecipientRecord;
  readonly claim: Claim;
  readonly result: Result;
}

async function recordDelivery(
  { outbox, clock }: DeliveryRecords,
  transaction: Transaction,
  { receipt, current, claim, result }: Ending<SendingResult & { delivered: true }>,
): Promise<void> {
  assertTransition(current.status, 'NOTIFIED');
  const now = clock.now();
  const recipient = deliveredRecipient(current, now);
  const updated = withRecipient(receipt, recipient);
  const complete = isComplete(updated.recipients);
  const facts = [{ contract: receiptDelivered, about: recipient }, ...(complete ? [{ contract: receiptCompleted }] : [])];
  const revision = receipt.revision + facts.length;
  const step = {
    status: recipient.status,
    at: now,
    attempt: claim.recipient.attempts,
    duplicate: result.duplicate,
    elapsedMs: result.elapsedMs,
  };
  await writeChange(
    transaction,
    { recipient, step, revision, bringForwardAt: now, ...(complete && { completedAt: now }) },
    encodeFacts(transaction, outbox, { ...updated, revision }, facts),
  );
}

async function recordFailure(
  { outbox, clock, jobs }: DeliveryRecords,
  transaction: Transaction,
  { receipt, current, claim, result }: Ending<SendingResult & { delivered: false }>,
): Promise<void> {
  assertTransition(current.status, 'NOTICE_PENDING');
  const now = clock.now();
  const recipient = pendingRecipient(current, result.failure, claim.settings, now);
  const { nextAttemptAt } = recipient;
  const revision = receipt.revision + 1;
  const contract = nextAttemptAt === undefined ? receiptExhausted : receiptPending;
  const facts = encodeFacts(transaction, outbox, { ...withRecipient(receipt, recipient), revision }, [{ contract, about: recipient }]);
  const step = { status: recipient.status, at: now, attempt: claim.recipient.attempts, error: result.failure, elapsedMs: result.elapsedMs };
  await writeChange(transaction, { recipient, step, revision }, facts);
  if (nextAttemptAt === undefined) return;
  const key = deliveryKey(current);
  await jobs.enqueue(transaction, DELIVERY_TASK, key.payload, { runAtMs: nextAttemptAt + TASK_SLACK_MS, key: key.text });
}

function deliveredRecipient(recipient: RecipientRecord, now: number): RecipientRecord {
  const { nextAttemptAt: _next, claimedUntil: _claim, error: _error, exhaustedAt: _exhausted, ...rest } = recipient;
  return { ...rest, status: 'NOTIFIED', broughtForward: false, deliveredAt: now };
}

function pendingRecipient(recipient: RecipientRecord, failure: DeliveryFailure, settings: Settings, now: number): RecipientRecord {
  const { nextAttemptAt: _next, claimedUntil: _claim, exhaustedAt: _exhausted, ...rest } = recipient;
  const { counted, early, nextAttemptAt } = afterFailure(recipient, recipient.broughtForward, settings, now);
  return {
    ...rest,
    status: 'NOTICE_PENDING',
    counted,
    early,
    broughtForward: false,
    mayBeBroughtForward: mayBeBroughtForward({ early, lastStationDown: failure.stationDown }),
    error: { code: failure.code, detail: failure.detail },
    ...(nextAttemptAt === undefined ? { exhaustedAt: now } : { nextAttemptAt }),
  };
}

function withRecipient(receipt: ReceiptRecord, recipient: RecipientRecord): ReceiptRecord {
  return { ...receipt, recipients: receipt.recipients.map((each) => (each.sequence === recipient.sequence ? recipient : each)) };
}
