/** The reading side of a projection: applies a stream's events to a schema, each exactly once, in order. */
import { type Database, DatabaseUnavailableError, type Transaction } from '../database/index.ts';
import { InputError, NotFoundError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';
import { type Clock, withDeadline } from '../time/index.ts';
import { admit, advance, BUSY, countFailure, forgetFailure, moveTo, register, reportPosition, takeTurn } from './checkpoint.ts';
import type { PlatformEvent, StreamName } from './contract.ts';
import { deferred } from './deferred.ts';
import { countDeadLetters, type DeadLetter, listDeadLetters, park, takeDeadLetter } from './dead-letters.ts';
import { LARGEST_EVENT_PAGE } from './log.ts';
import type { BusMetrics } from './metrics.ts';
import { pause, type Pump, startPump } from './pump.ts';
import type { Tail } from './tail.ts';
import { runWithTrace } from './trace.ts';

/** A projection, or anything else that acts on facts. */
export interface ConsumerDefinition {
  /** Unique in its schema, e.g. "receipts.payments". The name is the consumer's identity: under a new name it starts from the beginning. */
  readonly name: string;
  readonly source: StreamName;
  /** The events it wants. Every event of these names comes once, in order (again after a failure of the transaction). */
  readonly names: readonly string[];
  /**
   * Applies one event inside the transaction that also notes it as applied. What it throws rolls back, and is tried again.
   * Effects outside the transaction may happen more than once.
   */
  handle(event: PlatformEvent, transaction: Transaction): Promise<void>;
  /** Applies several events at once, in their order: for projections that write in bulk. After a failure events come one by one to `handle`. */
  handleBatch?(events: readonly PlatformEvent[], transaction: Transaction): Promise<void>;
  /**
   * Events of one transaction while it is behind, at most 1000: for projections that many events at once reach, and that write them in a
   * few statements. By default as many as always.
   */
  readonly largestBatch?: number;
}

export interface ConsumerSettings {
  /** Events of one transaction. */
  readonly batch: number;
  /** Tries of one event before it is set aside. */
  readonly attempts: number;
  /** Pause after the first failed try; doubles up to the longest. Real time. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Longest time for one transaction's handlers. */
  readonly handlerDeadlineMs: number;
  readonly pollMs: number;
  /** Real time in which events gather for one transaction while they keep coming: so much later is a projection for it. */
  readonly gatherMs: number;
  /** The same when transactions take long: at most so much later is a projection for it (see `pump.ts`). */
  readonly longestGatherMs: number;
}

export const CONSUMER_SETTINGS: ConsumerSettings = {
  batch: 200,
  attempts: 10,
  firstPauseMs: 100,
  longestPauseMs: 5_000,
  handlerDeadlineMs: 30_000,
  pollMs: 500,
  gatherMs: 25,
  longestGatherMs: 150,
};

export interface Consumer {
  readonly name: string;
  readonly source: StreamName;
  /** Every event of the source up to here was applied, set aside or not wanted. */
  readonly position: bigint;
  /** Waits until everything that the source had published at the call was dealt with. @throws DeadlineExceededError */
  caughtUp(deadlineMs: number): Promise<void>;
  /** Events set aside, oldest first. */
  deadLetters(options: { first: number; after?: number }): Promise<DeadLetter[]>;
  deadLetterCount(): Promise<number>;
  /** Handles an event set aside once more; what the handler throws leaves it where it is. @throws NotFoundError */
  replay(deadLetterId: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ConsumerOptions {
  database: Database;
  tail: Tail;
  definition: ConsumerDefinition;
  settings: ConsumerSettings;
  clock: Clock;
  /** Real time. */
  waits: Clock;
  log: Logger;
  metrics?: BusMetrics;
}

// Unwanted events move the checkpoint only now and then: it is written when this many were passed.
const LAZY_MOVE = 1_000n;
const REPORT_MS = 60_000;
const REASON_LIMIT = 2_000;
const CATCH_UP_POLL_MS = 5;

/** Starts a consumer. Every process may start one of the same name; one at a time applies events. */
export function startConsumer(options: ConsumerOptions): Consumer {
  return new RunningConsumer(options);
}

class RunningConsumer implements Consumer {
  readonly name: string;
  readonly source: StreamName;
  readonly #options: ConsumerOptions;
  readonly #pump: Pump;
  readonly #following: Disposable;
  readonly #log: Logger;
  /** The position in the table when last seen; undefined when it has to be read. */
  #stored: bigint | undefined;
  #position = 0n;
  #reportedAt: number | undefined;
  /** How many events must still be applied one by one after a batch failed. */
  #oneByOne = 0;

  constructor(options: ConsumerOptions) {
    const { definition, tail, waits, settings } = options;
    this.name = definition.name;
    this.source = definition.source;
    this.#options = options;
    this.#log = options.log.child({ consumer: definition.name });
    this.#pump = startPump({
      step: (signal) => this.#step(signal),
      pollMs: settings.pollMs,
      gatherMs: settings.gatherMs,
      longestGatherMs: settings.longestGatherMs,
      waits,
      onError: (error, failures) => {
        this.#stored = undefined; // After an error nobody knows whether the commit went through: the table does.
        this.#log[failures % 20 === 3 ? 'warn' : 'debug']({ err: error, failures }, 'the consumer cannot go on; trying again');
      },
    });
    this.#following = tail.follow(this.#pump.wake);
    this.#pump.wake();
  }

  get position(): bigint {
    return this.#position;
  }

  async caughtUp(deadlineMs: number): Promise<void> {
    const { tail, waits } = this.#options;
    await withDeadline(waits, deadlineMs, `catching up of consumer ${this.name}`, async (signal) => {
      const { head } = await tail.log.bounds();
      this.#pump.wake();
      while (this.#position < head && !signal.aborted) {
        if (tail.head < head) tail.wake();
        else if (this.#stored === undefined) this.#pump.wake(); // Another instance applies: look how far it got.
        await waits.sleep(CATCH_UP_POLL_MS, signal);
      }
    });
  }

  deadLetters({ first, after = 0 }: { first: number; after?: number }): Promise<DeadLetter[]> {
    if (!Number.isInteger(first) || first < 1 || first > 100)
      throw InputError.at('first', `first is ${first}`, 'a whole number from 1 to 100');
    return listDeadLetters(this.#options.database, this.name, after, first);
  }

  deadLetterCount(): Promise<number> {
    return countDeadLetters(this.#options.database, this.name);
  }

  async replay(deadLetterId: number): Promise<void> {
    const { database, clock } = this.#options;
    await database.transaction(async (transaction) => {
      const letter = await takeDeadLetter(transaction, this.name, deadLetterId);
      if (!letter) throw new NotFoundError(`The consumer ${this.name} has no dead letter ${deadLetterId}`);
      const fresh = await admit(transaction, this.name, [letter.event], clock);
      await this.#handle(fresh, transaction);
    });
    this.#options.metrics?.handled.inc({ consumer: this.name, result: 'replayed' });
  }

  async stop(): Promise<void> {
    this.#following[Symbol.dispose]();
    await this.#pump.stop();
  }

  async #step(signal: AbortSignal): Promise<boolean> {
    const { database, tail, definition, clock } = this.#options;
    await untilAborted(tail.ready, signal);
    if (signal.aborted) return false;
    if (this.#stored === undefined) {
      this.#stored = await register(database, this.name, this.source, clock);
      this.#position = this.#stored;
    }
    await this.#report();
    const page = await tail.page({ after: this.#position, first: this.#pageSize(), names: definition.names });
    if (page.events.length > 0) return this.#apply(page.events, page.lastPosition, page.hasMore, signal);
    if (page.lastPosition - this.#stored >= LAZY_MOVE) return this.#applyOnce([], page.lastPosition, page.hasMore);
    this.#position = page.lastPosition;
    return page.hasMore;
  }

  #pageSize(): number {
    const { tail, definition, settings } = this.#options;
    if (this.#oneByOne > 0) return 1;
    const behind = tail.head - this.#position > BigInt(settings.batch);
    return behind ? Math.max(settings.batch, Math.min(definition.largestBatch ?? 0, LARGEST_EVENT_PAGE)) : settings.batch;
  }

  async #apply(events: readonly PlatformEvent[], last: bigint, hasMore: boolean, signal: AbortSignal): Promise<boolean> {
    const [event] = events;
    try {
      const more = await this.#applyOnce(events, last, hasMore);
      if (this.#oneByOne > 0) this.#oneByOne -= 1;
      return more;
    } catch (error) {
      if (error instanceof DatabaseUnavailableError || !event) throw error;
      // The transaction was rolled back whole. The events come again one by one, so that a bad one holds up nobody but itself.
      if (events.length === 1) await this.#afterFailure(event, error, signal);
      else this.#oneByOne = events.length;
      return true;
    }
  }

  /** One transaction: take the turn, note the events, move on, handle the new ones. All of it happens, or nothing. */
  async #applyOnce(events: readonly PlatformEvent[], last: bigint, hasMore: boolean): Promise<boolean> {
    const { database, clock, metrics, waits } = this.#options;
    const began = waits.monotonic();
    const expected = this.#stored;
    if (expected === undefined) return true;
    const result = await database.transaction(async (transaction) => {
      // Another instance went on, or an operator put the consumer back: the table is right, what was read is not.
      const { at, moved, fresh } = await advance(transaction, this.name, { expected, last, events }, clock);
      if (!moved) return { at, moved, handled: 0 };
      await this.#handle(fresh, transaction);
      if (this.#oneByOne > 0) for (const event of events) await forgetFailure(transaction, this.name, event.id);
      return { at, moved, handled: fresh.length };
    });
    if (result.at === BUSY) {
      this.#stored = undefined;
      return false; // The other one is at it; the next event or poll tells whether it still is.
    }
    this.#stored = result.at;
    this.#position = result.at;
    if (!result.moved) return true;
    metrics?.handled.inc({ consumer: this.name, result: 'applied' }, result.handled);
    metrics?.handling.observe({ consumer: this.name }, (waits.monotonic() - began) / 1_000);
    return hasMore;
  }

  async #handle(events: readonly PlatformEvent[], transaction: Transaction): Promise<void> {
    const { definition, settings, waits } = this.#options;
    if (events.length === 0) return;
    await withDeadline(waits, settings.handlerDeadlineMs, `handling events in ${this.name}`, async (signal) => {
      if (definition.handleBatch && events.length > 1) {
        await runWithTrace(undefined, () => definition.handleBatch?.(events, transaction));
        return;
      }
      for (const event of events) {
        if (signal.aborted) return; // The deadline has rolled the transaction back.
        await runWithTrace(event.traceparent, () => definition.handle(event, transaction));
      }
    });
  }

  /** Counts the failure; sets the event aside at the last try, else waits before the next. */
  async #afterFailure(event: PlatformEvent, error: unknown, signal: AbortSignal): Promise<void> {
    const { database, settings, clock, waits, metrics } = this.#options;
    const reason = reasonOf(error);
    this.#oneByOne = Math.max(1, this.#oneByOne);
    const attempts = await countFailure(database, this.name, event, reason, clock);
    metrics?.handled.inc({ consumer: this.name, result: 'failed' });
    if (attempts < settings.attempts) {
      this.#log.warn({ err: error, event: event.id, type: event.type, attempts }, 'an event could not be handled; trying again');
      await pause(waits, Math.min(settings.longestPauseMs, settings.firstPauseMs * 2 ** Math.min(attempts - 1, 20)), signal);
      return;
    }
    await database.transaction(async (transaction) => {
      const at = await takeTurn(transaction, this.name);
      if (at === BUSY || at !== this.#stored) return;
      await park(transaction, this.name, event, attempts, reason, clock);
      await forgetFailure(transaction, this.name, event.id);
      await moveTo(transaction, this.name, event.position, clock);
    });
    this.#stored = undefined;
    this.#oneByOne -= 1;
    metrics?.handled.inc({ consumer: this.name, result: 'parked' });
    this.#log.error({ err: error, event: event.id, type: event.type, attempts }, 'an event was set aside as a dead letter');
  }

  async #report(): Promise<void> {
    const { database, clock, waits } = this.#options;
    const now = waits.monotonic();
    if (this.#stored === undefined || (this.#reportedAt !== undefined && now - this.#reportedAt < REPORT_MS)) return;
    await reportPosition(database, this.source, this.name, this.#stored, clock);
    this.#reportedAt = now;
  }
}

/** Waits for the promise or the abort, whichever is first; the promise's rejection counts as an abort does. */
async function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const aborted = deferred();
  const onAbort = (): void => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, REASON_LIMIT);
}
