/** Writes things down together: what comes while a write is under way goes with the next one. */

import { deferred, type Deferred } from './deferred.ts';

/** More than this waiting means that who adds should wait. */
const MOST_WAITING = 32;

export class GroupRecorder<Item> {
  readonly #write: (items: readonly Item[]) => Promise<void>;
  #waiting: { readonly item: Item; readonly done: Deferred<void> }[] = [];
  #writing: Promise<void> | undefined;

  constructor(write: (items: readonly Item[]) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when the item is written. @throws what the write threw */
  add(item: Item): Promise<void> {
    const done = deferred();
    this.#waiting.push({ item, done });
    this.#writing ??= this.#run();
    return done.promise;
  }

  get full(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #run(): Promise<void> {
    // What is added in the same turn is written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
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
}
