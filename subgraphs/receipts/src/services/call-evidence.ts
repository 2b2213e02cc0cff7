/**
 * Evidence of the calls that delivered receipts, stated once a second in batches: raw figures for service levels. A crash loses the last second.
 * Source: Domain facts, Reporting §2.3 (service levels); the events' contract.
 */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { type Clock, realClock, SECOND, toIso } from '@nodo-aperto/kernel/time';
import { OBSERVED_CALLS_LIMIT, type ObservedCall, receiptCallsObserved } from '@nodo-aperto/schema/events';
import type { Ended } from './delivery-attempt.ts';

/** What is kept while it cannot be stated: beyond that the oldest is lost. */
const MOST_KEPT = 10 * OBSERVED_CALLS_LIMIT;

export interface CallEvidence extends AsyncDisposable {
  /** Takes note of an attempt; nothing when no call was made. */
  observe(ended: Ended): void;
}

export interface CallEvidenceOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly log: Logger;
}

export function callEvidence({ database, outbox, clock, random, log }: CallEvidenceOptions): CallEvidence {
  const seen: ObservedCall[] = [];

  async function flush(): Promise<void> {
    while (seen.length > 0) {
      const calls = seen.slice(0, OBSERVED_CALLS_LIMIT);
      const data = { batch: random.uuid(), from: calls[0]!.at, to: toIso(clock.now()), calls };
      await database.transaction((transaction) => outbox.append(transaction, receiptCallsObserved, data));
      seen.splice(0, calls.length);
    }
  }
  const onError = (error: unknown): void =>
    log.warn({ err: error, waiting: seen.length }, 'evidence of calls cannot be stated; it is kept');
  const timer = realClock().every(SECOND, flush, onError);

  return {
    observe({ claim, result }) {
      if (!result.call) return;
      const { method, outcome, faultCode, startedAt, elapsedMs } = result.call;
      const { recipient, receipt, standIn } = claim;
      seen.push({
        at: toIso(startedAt),
        direction: 'NODE_TO_CREDITOR',
        method,
        psp: receipt.content.pspCode,
        broker: recipient.brokerCode,
        creditor: recipient.creditorFiscalCode,
        station: recipient.stationCode,
        durationMs: elapsedMs,
        outcome,
        ...(faultCode !== undefined && { faultCode: faultCode.slice(0, 64) }),
        ...(standIn && { standIn }),
      });
      if (seen.length > MOST_KEPT) seen.splice(0, seen.length - MOST_KEPT);
    },
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      await flush().catch(onError);
    },
  };
}
