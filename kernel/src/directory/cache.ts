/** A bounded cache of look-ups whose values are reloaded when told that they changed. */
import type { Clock } from '../time/index.ts';

/** A value, and until when it holds by the platform's clock (a change may be planned). */
export interface Loaded<Value> {
  readonly value: Value;
  readonly until?: number;
}

export interface CacheOptions {
  readonly limit: number;
  /** A value is loaded anew after so long even when nothing was heard: the bound for news that were lost. Real time. */
  readonly longestMs: number;
  /** Platform time. */
  readonly clock: Clock;
  /** Real time. */
  readonly waits: Clock;
}

interface Entry {
  readonly loading: Promise<Loaded<unknown>>;
  readonly at: number;
  until: number;
}

/** Several callers that ask for one key at once share one load. What is invalidated while it loads is handed to those who asked, and not kept. */
export class LookupCache {
  readonly #options: CacheOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  async get<Value>(key: string, load: () => Promise<Loaded<Value>>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known && this.#isFresh(known)) return (await (known.loading as Promise<Loaded<Value>>)).value;
    const loading = load();
    const entry: Entry = { loading, at: this.#options.waits.monotonic(), until: Number.POSITIVE_INFINITY };
    this.#keep(key, entry);
    try {
      const { value, until } = await loading;
      if (until !== undefined) entry.until = until;
      return value;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  invalidate(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  #isFresh(entry: Entry): boolean {
    const { waits, clock, longestMs } = this.#options;
    return waits.monotonic() - entry.at < longestMs && clock.now() < entry.until;
  }

  /** Maps keep the order of insertion: the first is the one loaded longest ago. */
  #keep(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size <= this.#options.limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
