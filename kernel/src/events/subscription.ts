import type { PlatformEvent } from './contract.ts';
import { cursorError } from './cursor.ts';
import { deferred } from './deferred.ts';
import { SlowConsumerError } from './errors.ts';
import type { EventSelection } from './log.ts';
import type { Tail } from './tail.ts';

export interface SubscribeOptions extends EventSelection {
  /** Events past this position; by default those from now on. */
  readonly after?: bigint;
  /** A condition of the subscriber's own; what it throws ends the subscription. */
  filter?(event: PlatformEvent): boolean;
  /** How many events of the stream the subscriber may be behind once it was up to date; 10,000 by default. */
  readonly queueLimit?: number;
  readonly signal?: AbortSignal;
}

const QUEUE_LIMIT = 10_000;
const LOG_PAGE = 200;
const DONE: IteratorResult<PlatformEvent, undefined> = { done: true, value: undefined };

/** How a subscription ended: the error that every later `next()` gets, or just the end. */
interface Ending {
  readonly error?: unknown;
}

/**
 * One subscriber of a tail. It holds no queue: its place in the stream is one number, and events are taken from the shared memory, or from
 * the log where memory does not reach back so far. Nothing can be lost or repeated by that, and a subscriber that does not pull costs nothing.
 * Hand-written rather than a generator, because `return()` must end a `next()` that waits instead of queueing behind it.
 */
export class Subscription implements AsyncIterableIterator<PlatformEvent, undefined, undefined> {
  readonly #tail: Tail;
  readonly #options: SubscribeOptions;
  readonly #onEnd: (ending: Ending) => void;
  readonly #stopListener: Disposable;
  /** Where it begins; known at once, so that "from now on" means from the call and not from the first pull. */
  readonly #begun: Promise<void>;
  readonly #ended = deferred();
  readonly #queue: PlatformEvent[] = [];
  #position = 0n;
  #delivered = 0n;
  #live = false;
  #ending: Ending | undefined;
  #cancelWait: (() => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(tail: Tail, options: SubscribeOptions, onEnd: (ending: Ending) => void) {
    this.#tail = tail;
    this.#options = options;
    this.#onEnd = onEnd;
    // An ending wins: a next() on a stream that does not exist yet can be given up.
    this.#begun = Promise.race([this.#begin(), this.#ended.promise]);
    this.#begun.catch(() => undefined); // The first next() reports it.
    this.#stopListener = tail.onStop(() => this.#end({}));
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (options.signal?.aborted) this.#end({});
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<PlatformEvent, undefined>> {
    const result = this.#turn.then(() => this.#pull());
    this.#turn = result.catch(() => undefined);
    return result;
  }

  return(): Promise<IteratorResult<PlatformEvent, undefined>> {
    this.#end({});
    return Promise.resolve(DONE);
  }

  throw(error: unknown): Promise<IteratorResult<PlatformEvent, undefined>> {
    this.#end({});
    return Promise.reject(error);
  }

  readonly #onAbort = (): void => this.#end({});

  async #begin(): Promise<void> {
    const from = this.#options.after ?? (await this.#headAtCall());
    await this.#tail.ready;
    this.#position = from;
    if (this.#position <= this.#tail.head) return;
    const { head } = await this.#tail.log.bounds();
    if (this.#position > head) throw cursorError('the cursor is ahead of the stream', this.#tail.source);
  }

  /** What is published while the reader still looks for the stream is news: the record is asked how far it is, not the reader later. */
  async #headAtCall(): Promise<bigint> {
    if (this.#tail.started) return this.#tail.head;
    try {
      return (await this.#tail.log.bounds()).head;
    } catch {
      // No such stream yet, or no database: "now" is when it is found.
      await this.#tail.ready;
      return this.#tail.head;
    }
  }

  async #pull(): Promise<IteratorResult<PlatformEvent, undefined>> {
    try {
      await this.#begun;
      while (!this.#ending) {
        const event = this.#queue.shift() ?? (await this.#advance());
        if (event && !this.#ending) return { done: false, value: this.#deliver(event) };
      }
    } catch (error) {
      // An error while ending (the tail was stopped before it began) is the end, not news.
      if (!this.#ending) this.#end({ error });
    }
    return this.#last();
  }

  /** The next event wanted, or undefined when it only got further. */
  async #advance(): Promise<PlatformEvent | undefined> {
    if (this.#position < this.#tail.floor) return this.#readLog();
    this.#checkSpeed();
    const event = this.#tail.find(this.#position, this.#options, this.#accepts);
    if (event) return event;
    if (this.#tail.head > this.#position) this.#position = this.#tail.head;
    this.#live = true;
    return this.#wait();
  }

  async #readLog(): Promise<undefined> {
    this.#checkSpeed();
    const { names, audience, subject } = this.#options;
    const page = await this.#tail.page({ after: this.#position, first: LOG_PAGE, names, audience, subject });
    this.#queue.push(...page.events.filter(this.#accepts));
    this.#position = page.lastPosition;
  }

  #wait(): Promise<PlatformEvent | undefined> {
    const { names, audience, subject } = this.#options;
    return new Promise((resolve, reject) => {
      const waiting = this.#tail.wait({ names, audience, subject, accepts: this.#accepts, take: resolve, fail: reject });
      this.#cancelWait = () => {
        waiting[Symbol.dispose]();
        resolve(undefined);
      };
    });
  }

  /** The cursor may be of another process that has read on further than this one's tail: what lies before it is no news. */
  readonly #accepts = (event: PlatformEvent): boolean => event.position > this.#position && (this.#options.filter?.(event) ?? true);

  #deliver(event: PlatformEvent): PlatformEvent {
    if (event.position > this.#position) this.#position = event.position;
    this.#delivered = event.position;
    return event;
  }

  /** Whoever catches up from an old cursor may be far behind; whoever had caught up may not fall back. */
  #checkSpeed(): void {
    const limit = this.#options.queueLimit ?? QUEUE_LIMIT;
    const behind = this.#tail.head - this.#position;
    if (this.#live && behind > BigInt(limit)) throw new SlowConsumerError(behind, limit, this.#delivered);
  }

  #end(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#ended.resolve();
    this.#queue.length = 0;
    this.#stopListener[Symbol.dispose]();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#cancelWait?.();
    this.#onEnd(ending);
  }

  #last(): IteratorResult<PlatformEvent, undefined> {
    const error = this.#ending?.error;
    if (error === undefined) return DONE;
    this.#ending = {}; // Told once; then it is over.
    throw error;
  }
}
