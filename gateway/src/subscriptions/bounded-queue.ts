/**
 * Values on their way from one who pushes to one who iterates, of which only so many may wait. Written by hand rather than as an async
 * generator, whose `return()` queues behind a pending `next()` and would keep a stream open that nobody reads.
 */

type Waiting<Value> = { resolve(result: IteratorResult<Value>): void; reject(error: unknown): void };

export class BoundedQueue<Value> implements AsyncIterableIterator<Value> {
  readonly #limit: number;
  readonly #onClose: () => void;
  #values: Value[] = [];
  #waiting: Waiting<Value>[] = [];
  #ended: { error?: unknown } | undefined;

  /**
   * @param limit values that may wait
   * @param onClose called once, when the reader leaves or the queue is ended
   */
  constructor(limit: number, onClose: () => void = () => {}) {
    this.#limit = limit;
    this.#onClose = onClose;
  }

  /** How many values wait. */
  get length(): number {
    return this.#values.length;
  }

  get closed(): boolean {
    return this.#ended !== undefined;
  }

  /** @returns false when the queue is full: the value was not taken */
  push(value: Value): boolean {
    if (this.#ended) return true;
    const reader = this.#waiting.shift();
    if (reader) reader.resolve({ done: false, value });
    else if (this.#values.length >= this.#limit) return false;
    else this.#values.push(value);
    return true;
  }

  /** No more values: what waits is still read. */
  end(): void {
    this.#close({});
  }

  /** What waits is still read, then the reader gets the error. */
  fail(error: unknown): void {
    this.#close({ error });
  }

  /** Drops what waits and gives the reader the error at once. */
  abort(error: unknown): void {
    if (this.#ended) return;
    this.#values = [];
    this.#close({ error });
  }

  next(): Promise<IteratorResult<Value>> {
    if (this.#values.length > 0) return Promise.resolve({ done: false, value: this.#values.shift() as Value });
    if (this.#ended) return this.#finish();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Value>> {
    this.#leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<Value>> {
    this.#leave();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #leave(): void {
    this.#values = [];
    this.#close({});
    this.#ended = {};
  }

  #close(ended: { error?: unknown }): void {
    if (this.#ended) return;
    this.#ended = ended;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const reader of waiting) this.#finish().then(reader.resolve, reader.reject);
    this.#onClose();
  }

  /** The error is given once; after it the queue is simply over. */
  #finish(): Promise<IteratorResult<Value>> {
    const ended = this.#ended;
    if (!ended || !('error' in ended)) return Promise.resolve({ done: true, value: undefined });
    this.#ended = {};
    return Promise.reject(ended.error);
  }
}
