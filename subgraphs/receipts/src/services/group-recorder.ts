/**
 * Writes things down together: what comes while a write is under way, or within a moment of its begin, goes with the next one. A single thing after
 * a rest is written at once; of a hundred a second, each would otherwise cost a transaction of its own.
 */
import type { Clock } from '@nodo-aperto/kernel/time';
import { deferred, type Deferred } from './deferred.ts';

/** More than this waiting means that who adds should wait. */
const MOST_WAITING = 48;
/** So many are worth a write at once. */
const WORTH_A_WRITE = 32;
/** The least real time from one write to the next for fewer. */
const GATHER_MS = 40;

export class GroupRecorder<Item> {
  readonly #write: (items: readonly Item[]) => Promise<void>;
  readonly #waits: Clock;
  #waiting: { readonly item: Item; readonly done: Deferred<void> }[] = [];
  #writing: Promise<void> | undefined;
  #began = Number.NEGATIVE_INFINITY;
  /** Ends the gathering that is under way. */
  #gathered: Deferred<void> | undefined;
  /** How many wait for everything to be written. */
  #hurried = 0;

  /** @param waits real time */
  constructor(write: (items: readonly Item[]) => Promise<void>, waits: Clock) {
    this.#write = write;
    this.#waits = waits;
  }

  /** Resolves when the item is written. @throws what the write threw */
  add(item: Item): Promise<void> {
    const done = deferred();
    this.#waiting.push({ item, done });
    if (this.#waiting.length >= WORTH_A_WRITE) this.#gathered?.resolve();
    this.#writing ??= this.#run();
    return done.promise;
  }

  get full(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  /** Resolves when nothing is left to write; nothing gathers meanwhile. */
  async idle(): Promise<void> {
    this.#hurried += 1;
    this.#gathered?.resolve();
    await this.#writing;
    this.#hurried -= 1;
  }

  async #run(): Promise<void> {
    // What is added in the same turn is written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#gather();
      this.#began = this.#waits.monotonic();
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(group.map(({ item }) => item));
        for (const { done } of group) done.resolve();
      } catch (error) {
        for (const { done } of group) done.reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #gather(): Promise<void> {
    const rest = this.#began + GATHER_MS - this.#waits.monotonic();
    if (rest <= 0 || this.#hurried > 0 || this.#waiting.length >= WORTH_A_WRITE) return;
    this.#gathered = deferred();
    using _timer = this.#waits.schedule(rest, () => this.#gathered?.resolve());
    await this.#gathered.promise;
    this.#gathered = undefined;
  }
}
