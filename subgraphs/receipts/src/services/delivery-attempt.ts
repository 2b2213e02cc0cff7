/**
 * Attempts to deliver receipts: claim (a transaction), call (none open), record (another). A process that dies after the call leaves the
 * claim to run out; the receipt is then sent again, and the creditor answers that it has it: sent at least once, effective exactly once.
 * Claims and records come several at a time, so that a long queue does not cost two transactions a receipt.
 */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory, Settings } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { InvariantError } from '@nodo-aperto/kernel/faults';
import type { Jobs } from '@nodo-aperto/kernel/jobs';
import { type Clock, deadlineSpan, SECOND } from '@nodo-aperto/kernel/time';
import {
  type CallOutcome,
  receiptCompleted,
  receiptDelivered,
  receiptExhausted,
  receiptPending,
  receiptSent,
} from '@nodo-aperto/schema/events';
import { afterFailure } from '../domain/attempts.ts';
import { mayBeBroughtForward } from '../domain/bring-forward.ts';
import type { DeliveryFailure } from '../domain/delivery-failure.ts';
import type { Delivery } from '../domain/recipient-answer.ts';
import { assertTransition, isComplete, statusOnSending } from '../domain/recipient-status.ts';
import { lockDue } from '../persistence/queue.ts';
import { type RecipientChange, writeChanges } from '../persistence/receipt-changes.ts';
import { lockAgain, lockReceipts, type ReceiptRecord, type RecipientRecord } from '../persistence/receipt-records.ts';
import { DELIVERY_TASK, deliveryKey } from './delivery-key.ts';
import { encodeFacts, joinFacts, type ReceiptFact } from './receipt-facts.ts';

export interface DeliveryRecords {
  readonly database: Database;
  readonly directory: Directory;
  readonly outbox: Outbox;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

/** How an attempt ended. */
export type SendingResult = Delivery & {
  /** The call, when one was made. */
  readonly call?: {
    readonly method: string;
    readonly outcome: CallOutcome;
    readonly faultCode?: string;
    readonly startedAt: number;
    readonly elapsedMs: number;
  };
  /** The receipt was left to be fetched. */
  readonly kept?: boolean;
  /** The station was not called, since it had just failed others: uses up no attempt. */
  readonly skipped?: boolean;
};

/** A recipient that this process may call now. */
export interface Claim {
  readonly recipient: RecipientRecord;
  readonly receipt: ReceiptRecord;
  /** Whether its station is in Stand-In. */
  readonly standIn: boolean;
  readonly settings: Settings;
}

/** An attempt that has ended. */
export interface Ended {
  readonly claim: Claim;
  readonly result: SendingResult;
}

// How long after the deadline of the call a claim still holds: its turn may come a little later, and recording takes its time on a busy database.
const CLAIM_GRACE_MS = 5 * SECOND;
// The queue counts from the beginning of the transaction, which was a little earlier: a task must not come before its time.
const TASK_SLACK_MS = 500;

/** What changes, and what is to be stated about it: the receipts as they are after the changes so far. */
class Changes {
  readonly changes: RecipientChange[] = [];
  readonly facts: string[] = [];
  readonly #receipts: Map<string, ReceiptRecord>;

  constructor(receipts: Map<string, ReceiptRecord>) {
    this.#receipts = receipts;
  }

  receipt(receiptId: string): ReceiptRecord {
    const receipt = this.#receipts.get(receiptId);
    if (!receipt) throw new InvariantError('a recipient belongs to a receipt that does not exist');
    return receipt;
  }

  /** Takes in a change of a recipient and encodes the facts about it. @returns the receipt with the change */
  add(
    change: Omit<RecipientChange, 'revision'>,
    contracts: readonly ReceiptFact[],
    encode: (receipt: ReceiptRecord, facts: readonly { contract: ReceiptFact; about?: RecipientRecord }[]) => string,
  ): ReceiptRecord {
    const { recipient } = change;
    const before = this.receipt(recipient.receiptId);
    const recipients = before.recipients.map((each) => (each.sequence === recipient.sequence ? recipient : each));
    const receipt = { ...before, recipients, revision: before.revision + contracts.length };
    this.#receipts.set(recipient.receiptId, receipt);
    this.changes.push(contracts.length > 0 ? { ...change, revision: receipt.revision } : change);
    if (contracts.length > 0) {
      const facts = contracts.map((contract) => (contract === receiptCompleted ? { contract } : { contract, about: recipient }));
      this.facts.push(encode(receipt, facts));
    }
    return receipt;
  }
}

/** Claims the first recipients of the station that are due, in their order; of a station in Stand-In one, as a trial. */
export async function claimDue(
  records: DeliveryRecords,
  stationCode: string,
  options: { underWay: readonly number[]; evenInStandIn: boolean; most: number },
): Promise<readonly Claim[]> {
  const { database, directory, outbox, clock } = records;
  const settings = await directory.settings();
  return database.transaction(async (transaction) => {
    const now = clock.now();
    const { recipients, standIn } = await lockDue(transaction, stationCode, { now, ...options });
    const due = standIn ? recipients.slice(0, 1) : recipients;
    if (due.length === 0) return [];
    const changes = new Changes(
      await lockReceipts(
        transaction,
        due.map((each) => each.receiptId),
      ),
    );
    const claimed = due.map((found): Claim => {
      const recipient: RecipientRecord = {
        ...found,
        status: statusOnSending(found.status),
        attempts: found.attempts + 1,
        attemptedAt: now,
        claimedUntil: now + deadlineSpan(clock, settings.receiptTimeoutMs + CLAIM_GRACE_MS),
      };
      const first = recipient.status !== found.status;
      const step = { status: recipient.status, at: now, attempt: recipient.attempts };
      const receipt = changes.add({ recipient, ...(first && { step }) }, first ? [receiptSent] : [], (stated, facts) =>
        encodeFacts(transaction, outbox, stated, facts),
      );
      return { recipient, receipt, standIn, settings };
    });
    await writeChanges(transaction, changes.changes, { facts: joinFacts(changes.facts) });
    return claimed;
  });
}

/** Writes down how attempts at one station ended. What another attempt has settled meanwhile stays as it is. */
export async function recordAttempts(records: DeliveryRecords, stationCode: string, ended: readonly Ended[]): Promise<void> {
  const { database, outbox, jobs, clock } = records;
  await database.transaction(async (transaction) => {
    const now = clock.now();
    const claimed = new Map(ended.map(({ claim }) => [claim.recipient.receiptId, claim.receipt]));
    const changes = new Changes(await lockAgain(transaction, claimed));
    const retries: RecipientRecord[] = [];
    for (const { claim, result } of ended) {
      const receipt = changes.receipt(claim.recipient.receiptId);
      const current = receipt.recipients.find((each) => each.sequence === claim.recipient.sequence);
      if (!current || current.status === 'NOTIFIED') continue;
      if (!result.delivered && current.attempts !== claim.recipient.attempts) continue;
      const { change, contracts } = result.delivered
        ? delivered({ receipt, current, claim, result, now })
        : failed({ receipt, current, claim, result, now });
      changes.add(change, contracts, (stated, facts) => encodeFacts(transaction, outbox, stated, facts));
      if (change.recipient.nextAttemptAt !== undefined) retries.push(change.recipient);
    }
    const anyArrived = ended.some(({ result }) => result.delivered && !result.kept);
    await writeChanges(transaction, changes.changes, {
      facts: joinFacts(changes.facts),
      ...(anyArrived && { bringForward: { stationCode, at: now } }),
    });
    for (const retry of retries) {
      const key = deliveryKey(retry);
      await jobs.enqueue(transaction, DELIVERY_TASK, key.payload, { runAtMs: retry.nextAttemptAt! + TASK_SLACK_MS, key: key.text });
    }
  });
}

interface Ending<Result extends SendingResult> {
  readonly receipt: ReceiptRecord;
  /** The recipient as it is in the database. */
  readonly current: RecipientRecord;
  readonly claim: Claim;
  readonly result: Result;
  readonly now: number;
}

interface Effect {
  readonly change: Omit<RecipientChange, 'revision'>;
  readonly contracts: readonly ReceiptFact[];
}

function delivered({ receipt, current, claim, result, now }: Ending<SendingResult & { delivered: true }>): Effect {
  assertTransition(current.status, 'NOTIFIED');
  const recipient = deliveredRecipient(current, now, result.kept ?? false);
  const others = receipt.recipients.filter((each) => each.sequence !== recipient.sequence);
  const complete = isComplete([...others, recipient]);
  const step = {
    status: recipient.status,
    at: now,
    attempt: claim.recipient.attempts,
    duplicate: result.duplicate,
    ...(result.call && { elapsedMs: Math.round(result.call.elapsedMs) }),
  };
  return {
    change: { recipient, step, ...(complete && { completedAt: now }) },
    contracts: complete ? [receiptDelivered, receiptCompleted] : [receiptDelivered],
  };
}

function failed({ current, claim, result, now }: Ending<SendingResult & { delivered: false }>): Effect {
  assertTransition(current.status, 'NOTICE_PENDING');
  const broughtForward = current.broughtForward || result.skipped === true;
  const recipient = pendingRecipient({ ...current, broughtForward }, result.failure, claim.settings, now);
  const step = {
    status: recipient.status,
    at: now,
    attempt: claim.recipient.attempts,
    error: result.failure,
    ...(result.call && { elapsedMs: Math.round(result.call.elapsedMs) }),
  };
  return { change: { recipient, step }, contracts: [recipient.nextAttemptAt === undefined ? receiptExhausted : receiptPending] };
}

function deliveredRecipient(recipient: RecipientRecord, now: number, kept: boolean): RecipientRecord {
  const { nextAttemptAt: _next, claimedUntil: _claim, error: _error, exhaustedAt: _exhausted, ...rest } = recipient;
  return { ...rest, status: 'NOTIFIED', broughtForward: false, deliveredAt: now, kept };
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
