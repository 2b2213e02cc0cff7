/** The one reader of a stream in this process: reads every new event once, keeps the newest, and wakes all who follow. */
import type { Logger } from '../logging/index.ts';
import type { Clock } from '../time/index.ts';
import type { Carrier } from './carrier.ts';
import type { PlatformEvent, StreamName } from './contract.ts';
import { deferred } from './deferred.ts';
import { type EventLog, type EventPage, type EventSelection, type ReadOptions, wants } from './log.ts';
import { type Pump, startPump } from './pump.ts';
import { EventRing } from './ring.ts';
import { createTurnstile } from './turnstile.ts';
import { type Waiter, Waiters } from './waiters.ts';

export interface TailOptions {
  carrier: Carrier;
  source: StreamName;
  /** Real time. */
  waits: Clock;
  log: Logger;
  /** How many events are kept in memory. */
  capacity: number;
  pollMs: number;
}

const PAGE = 500;
// Subscribers that read from the log at the same time, and how many may queue up for it.
const LOG_READERS = 4;
const LOG_QUEUE = 20_000;

export class Tail {
  readonly source: StreamName;
  readonly log: EventLog;
  /** Resolves when the stream was found and its newest events were read. Rejects when the tail stops before that. */
  readonly ready: Promise<void>;
  readonly #options: TailOptions;
  readonly #pump: Pump;
  readonly #waiters = new Waiters();
  readonly #followers = new Set<() => void>();
  readonly #onStop = new Set<() => void>();
  readonly #started = deferred();
  readonly #turnstile = createTurnstile(LOG_READERS, LOG_QUEUE);
  #listening: Promise<AsyncDisposable> | undefined;
  #ring: EventRing | undefined;
  #head = 0n;
  #stopped = false;

  constructor(options: TailOptions) {
    this.#options = options;
    this.source = options.source;
    this.log = options.carrier.log(options.source);
    this.ready = this.#started.promise;
    this.ready.catch(() => undefined); // Those who wait for it hear of it; nobody has to.
    this.#pump = startPump({
      step: () => (this.#ring ? this.#readOn(this.#ring) : this.#begin()),
      pollMs: options.pollMs,
      waits: options.waits,
      onError: (error, failures) => {
        const level = failures % 20 === 5 ? 'warn' : 'debug'; // A service that starts before the owner of the stream finds no table for a while.
        options.log[level]({ err: error, stream: options.source, failures }, 'a stream cannot be read; trying again');
      },
    });
    this.#pump.wake();
  }

  /** Whether the stream was found and its newest events were read. */
  get started(): boolean {
    return this.#ring !== undefined;
  }

  /** Position of the newest event read; 0n until `ready`. */
  get head(): bigint {
    return this.#head;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Events past this position are in memory. */
  get floor(): bigint {
    return this.#ring?.floor ?? this.#head;
  }

  /** The first event past a position (not below `floor`) that the reader wants. */
  find(after: bigint, selection: EventSelection, accepts: (event: PlatformEvent) => boolean): PlatformEvent | undefined {
    return this.#ring?.find(after, (event) => wants(selection, event) && accepts(event));
  }

  /** A page past a position: from memory where it reaches, else from the log. */
  async page(options: ReadOptions): Promise<EventPage> {
    if (!this.#ring || options.after < this.floor) return this.#turnstile(() => this.log.page(options));
    const events = this.#ring.collect(options.after, options.first, (event) => wants(options, event));
    const head = options.after > this.#head ? options.after : this.#head;
    const lastPosition = events.length === options.first ? (events.at(-1)?.position ?? head) : head;
    return { events, lastPosition, hasMore: lastPosition < this.#head };
  }

  /** Waits for the next event. The caller has seen all up to `head`. */
  wait(waiter: Waiter): Disposable {
    this.#waiters.add(waiter);
    return { [Symbol.dispose]: () => this.#waiters.remove(waiter) };
  }

  /** Calls back after every read that brought events. */
  follow(onEvents: () => void): Disposable {
    this.#followers.add(onEvents);
    return { [Symbol.dispose]: () => this.#followers.delete(onEvents) };
  }

  /** Calls back when the tail stops. */
  onStop(action: () => void): Disposable {
    this.#onStop.add(action);
    return { [Symbol.dispose]: () => this.#onStop.delete(action) };
  }

  wake(): void {
    this.#pump.wake();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#pump.stop();
    this.#started.reject(new Error(`The reader of the stream "${this.source}" was stopped`));
    // A subscription that ends takes its callback out of the set; a Set's iteration bears that.
    for (const action of this.#onStop) action();
    const listening = await this.#listening?.catch(() => undefined);
    await listening?.[Symbol.asyncDispose]();
  }

  /** Listens first and reads then, so that nothing falls between. */
  async #begin(): Promise<boolean> {
    const { carrier, source, capacity } = this.#options;
    this.#listening ??= carrier.listen(source, () => this.#pump.wake());
    await this.#listening.catch((error: unknown) => {
      this.#listening = undefined;
      throw error;
    });
    const { events, bounds } = await this.log.newest(capacity);
    const first = events[0];
    const ring = new EventRing(capacity, first ? first.position - 1n : bounds.head);
    for (const event of events) ring.push(event);
    this.#head = bounds.head;
    this.#ring = ring;
    this.#started.resolve();
    return true;
  }

  async #readOn(ring: EventRing): Promise<boolean> {
    const page = await this.log.page({ after: this.#head, first: PAGE });
    if (page.lastPosition === this.#head) return false;
    for (const event of page.events) {
      ring.push(event);
      this.#head = event.position;
      this.#waiters.deliver(event);
    }
    this.#head = page.lastPosition;
    for (const follower of this.#followers) follower();
    return page.hasMore;
  }
}
