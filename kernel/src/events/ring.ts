import type { PlatformEvent } from './contract.ts';

/**
 * The newest events of a stream, at most `capacity`, in the order of their positions. It covers every event past `floor`: a reader whose
 * position is below it has to read from the log.
 */
export class EventRing {
  readonly #slots: (PlatformEvent | undefined)[];
  #start = 0;
  #size = 0;
  #floor: bigint;

  constructor(capacity: number, floor: bigint) {
    this.#slots = Array.from({ length: capacity });
    this.#floor = floor;
  }

  get floor(): bigint {
    return this.#floor;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds an event of a higher position than all before it; the oldest makes room. */
  push(event: PlatformEvent): void {
    const capacity = this.#slots.length;
    if (this.#size === capacity) {
      this.#floor = this.#at(0).position;
      this.#start = (this.#start + 1) % capacity;
      this.#size -= 1;
    }
    this.#slots[(this.#start + this.#size) % capacity] = event;
    this.#size += 1;
  }

  /** The first event past a position for which the test holds. */
  find(after: bigint, test: (event: PlatformEvent) => boolean): PlatformEvent | undefined {
    for (let index = this.#firstPast(after); index < this.#size; index += 1) {
      const event = this.#at(index);
      if (test(event)) return event;
    }
    return undefined;
  }

  /** Up to `limit` events past a position for which the test holds. */
  collect(after: bigint, limit: number, test: (event: PlatformEvent) => boolean): PlatformEvent[] {
    const found: PlatformEvent[] = [];
    for (let index = this.#firstPast(after); index < this.#size && found.length < limit; index += 1) {
      const event = this.#at(index);
      if (test(event)) found.push(event);
    }
    return found;
  }

  #at(index: number): PlatformEvent {
    return this.#slots[(this.#start + index) % this.#slots.length] as PlatformEvent;
  }

  #firstPast(after: bigint): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle).position <= after) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
