/**
 * One stream of events from a subgraph and all the subscribers that it serves. An event is completed once and put into each subscriber's
 * queue; who does not read is dropped and never slows the others. The stream ends with its last subscriber.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import { slowConsumer } from '../errors.ts';
import { BoundedQueue } from './bounded-queue.ts';

export interface SharedStreamOptions<Event> {
  /** Opens the stream; an object that is no iterator is an answer that refuses it. */
  open: () => Promise<AsyncIterator<Event> | { refused: FormattedExecutionResult }>;
  /** Turns an event into what subscribers get. */
  complete: (event: Event) => Promise<FormattedExecutionResult>;
  /** Turns what ended the stream into the error that subscribers get. */
  failure: (error: unknown) => unknown;
  queueLimit: number;
  onSlowConsumer: () => void;
  /** Called once when the stream is over, whoever ended it. */
  onClose: () => void;
}

export class SharedStream<Event> {
  readonly #options: SharedStreamOptions<Event>;
  readonly #subscribers = new Map<BoundedQueue<FormattedExecutionResult>, Principal | undefined>();
  #source: AsyncIterator<Event> | undefined;
  #opening: Promise<FormattedExecutionResult | undefined> | undefined;
  #closed = false;
  #delivered = 0;

  constructor(options: SharedStreamOptions<Event>) {
    this.#options = options;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** Whether nothing was delivered yet: who joins now misses nothing. */
  get untouched(): boolean {
    return !this.#closed && this.#delivered === 0;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The caller on whose behalf events are completed: of those who share the stream, the one whose token lasts longest. */
  principal(): Principal | undefined {
    let longest: Principal | undefined;
    for (const principal of this.#subscribers.values()) {
      if (principal && (!longest || principal.expiresAt > longest.expiresAt)) longest = principal;
    }
    return longest;
  }

  /** @returns the events for one subscriber, or the subgraph's refusal */
  async join(principal: Principal | undefined): Promise<BoundedQueue<FormattedExecutionResult> | FormattedExecutionResult> {
    const queue: BoundedQueue<FormattedExecutionResult> = new BoundedQueue(this.#options.queueLimit, () => this.#leave(queue));
    // Entered before the stream is open, so that no event passes by.
    this.#subscribers.set(queue, principal);
    this.#opening ??= this.#open();
    try {
      return (await this.#opening) ?? queue;
    } catch (error) {
      void queue.return();
      throw error;
    }
  }

  /** Ends the stream and gives all subscribers the error. */
  stop(error: unknown): void {
    this.#close((queue) => queue.fail(error));
  }

  async #open(): Promise<FormattedExecutionResult | undefined> {
    try {
      const opened = await this.#options.open();
      if ('refused' in opened) {
        this.#close((queue) => queue.end());
        return opened.refused;
      }
      this.#source = opened;
    } catch (error) {
      const failure = this.#options.failure(error);
      this.#close((queue) => queue.end());
      throw failure;
    }
    // All may have left, or the gateway may have stopped, while it was opening.
    if (this.#closed) this.#release();
    else void this.#pump(this.#source);
    return undefined;
  }

  async #pump(source: AsyncIterator<Event>): Promise<void> {
    try {
      while (!this.#closed) {
        const { done, value } = await source.next();
        if (done || this.#closed) break;
        this.#deliver(await this.#options.complete(value));
      }
      this.#close((queue) => queue.end());
    } catch (error) {
      const failure = this.#options.failure(error);
      this.#close((queue) => queue.fail(failure));
    }
  }

  #deliver(result: FormattedExecutionResult): void {
    this.#delivered += 1;
    for (const queue of this.#subscribers.keys()) {
      if (queue.push(result)) continue;
      this.#options.onSlowConsumer();
      queue.abort(slowConsumer(this.#options.queueLimit));
    }
  }

  #leave(queue: BoundedQueue<FormattedExecutionResult>): void {
    this.#subscribers.delete(queue);
    if (this.#subscribers.size === 0) this.#close(() => {});
  }

  #close(tell: (queue: BoundedQueue<FormattedExecutionResult>) => void): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const queue of this.#subscribers.keys()) tell(queue);
    this.#subscribers.clear();
    this.#release();
    this.#options.onClose();
  }

  /** Not waited for: a source that is an async generator answers only after its next event. */
  #release(): void {
    const source = this.#source;
    this.#source = undefined;
    source?.return?.().then(undefined, () => {});
  }
}
