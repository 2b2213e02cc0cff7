/**
 * Evidence of every call between PSPs, the node and creditors. A call costs the payment path one push to an array; batches are stated once a
 * second, or as soon as one is full, and when the service stops. A crash loses the evidence of its last second, and nothing else.
 */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { type Clock, SECOND, toIso } from '@nodo-aperto/kernel/time';
import { callsObserved, OBSERVED_CALLS_LIMIT, type ObservedCall } from '@nodo-aperto/schema/events';

/** A call as it is noted; `at` in epoch milliseconds of platform time. */
export type NotedCall = Omit<ObservedCall, 'at'> & { readonly at: number };

/** What is learnt of a call while it is answered. */
export interface CallNotes {
  station?: string;
  standIn?: boolean;
}

export interface CallEvidence {
  /** Notes one call that has ended. Never waits, never fails. */
  note(call: NotedCall): void;
}

export interface EvidenceOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  /** Platform time. */
  readonly clock: Clock;
  /** Real time. */
  readonly waits: Clock;
  readonly log: Logger;
  readonly random: RandomStream;
}

const STATE_EVERY_MS = SECOND;
/** Calls that wait to be stated; beyond it, with the database away for long, the newest are dropped. */
const MOST_WAITING = 20_000;

export class CallBuffer implements CallEvidence {
  readonly #options: EvidenceOptions;
  #waiting: NotedCall[] = [];
  #dropped = 0;
  #timer: Disposable | undefined;
  #stating: Promise<void> | undefined;

  constructor(options: EvidenceOptions) {
    this.#options = options;
  }

  note(call: NotedCall): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(call);
    if (this.#waiting.length >= OBSERVED_CALLS_LIMIT) void this.flush();
    else this.#later();
  }

  /** States what waits; resolves when it is stated, or could not be and is tried again later. Never rejects. */
  flush(): Promise<void> {
    this.#stating ??= this.#stateAll().finally(() => {
      this.#stating = undefined;
      if (this.#waiting.length > 0) this.#later();
    });
    return this.#stating;
  }

  #later(): void {
    this.#timer ??= this.#options.waits.schedule(STATE_EVERY_MS, () => void this.flush());
  }

  async #stateAll(): Promise<void> {
    const { database, outbox, log } = this.#options;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    while (this.#waiting.length > 0) {
      const calls = this.#waiting.splice(0, OBSERVED_CALLS_LIMIT);
      try {
        await database.transaction((transaction) => outbox.append(transaction, callsObserved, this.#batch(calls)));
      } catch (error) {
        log.warn({ err: error, calls: calls.length }, 'the evidence of calls could not be stated; trying again');
        this.#waiting = [...calls, ...this.#waiting].slice(0, MOST_WAITING);
        return;
      }
    }
    if (this.#dropped > 0) log.warn({ dropped: this.#dropped }, 'the evidence of calls was dropped while it could not be stated');
    this.#dropped = 0;
  }

  #batch(calls: readonly NotedCall[]) {
    const { clock, random } = this.#options;
    return {
      batch: random.uuid(),
      from: toIso(Math.min(...calls.map((call) => call.at))),
      to: toIso(clock.now()),
      calls: calls.map((call) => ({ ...call, at: toIso(call.at) })),
    };
  }
}
