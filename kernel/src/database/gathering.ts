/** Work of many callers done at once: what comes while the database is busy goes together in the next statement. */
import { LimitError } from '../faults/index.ts';
import { DatabaseUnavailableError, isRetryable, sqlStateOf } from './errors.ts';

export interface GatheringOptions<Item, Result> {
  /** Does the work of all items in one transaction (it happens whole, or not at all); the results in the order of the items. */
  run(items: readonly Item[]): Promise<readonly Result[]>;
  /** Items with a key in common are never under way at the same time; they go in the order in which they came. None by default. */
  keys?(item: Item): readonly string[];
  /** The order of the items of one run: that in which everybody takes the locks of their rows. As they came by default. */
  order?(left: Item, right: Item): number;
  /** Items of one run at most. */
  readonly most: number;
  /** Runs under way at most. The fewer, the more goes together. */
  readonly underWay: number;
  /** Items that may wait. */
  readonly waiting: number;
}

/**
 * Hands in an item, and gives its result.
 * @throws LimitError when too many wait already, and what the run throws
 */
export type Gathering<Item, Result> = (item: Item) => Promise<Result>;

interface Handed<Item, Result> {
  readonly item: Item;
  readonly keys: readonly string[];
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Nobody waits for others to come: an item that finds a run free goes at once, alone; only what comes while all runs are under way goes
 * together. So an idle service answers as fast as ever, and a busy one does more with each statement.
 *
 * A run of several that PostgreSQL refuses is done again item by item, so that nobody fails for another's sake. One that lost its connection
 * or ran out of time is not: nobody knows whether it was carried out, and the next would fare no better.
 */
export function gathering<Item, Result>(options: GatheringOptions<Item, Result>): Gathering<Item, Result> {
  const { most, underWay, waiting, keys = () => [] } = options;
  let queue: Handed<Item, Result>[] = [];
  const busy = new Set<string>();
  let running = 0;

  /** Those that may go now, at most a run's worth. What shares a key with them, or with what is under way, stays in its place. */
  const taken = (): Handed<Item, Result>[] => {
    const batch: Handed<Item, Result>[] = [];
    const left: Handed<Item, Result>[] = [];
    const held = new Set<string>();
    let looked = 0;
    for (; looked < queue.length && batch.length < most; looked += 1) {
      const handed = queue[looked] as Handed<Item, Result>;
      if (handed.keys.some((key) => busy.has(key) || held.has(key))) {
        for (const key of handed.keys) held.add(key); // Whoever shares a key with it stays behind it.
        left.push(handed);
        continue;
      }
      for (const key of handed.keys) busy.add(key);
      batch.push(handed);
    }
    queue = left.length === 0 && looked === queue.length ? [] : [...left, ...queue.slice(looked)];
    const { order } = options;
    return order ? batch.toSorted((one, other) => order(one.item, other.item)) : batch;
  };
  const go = (): void => {
    while (running < underWay && queue.length > 0) {
      const batch = taken();
      if (batch.length === 0) return; // All wait for what is under way.
      running += 1;
      void serve(options, batch).finally(() => {
        running -= 1;
        for (const { keys: own } of batch) for (const key of own) busy.delete(key);
        go();
      });
    }
  };
  return (item) =>
    new Promise<Result>((resolve, reject) => {
      if (queue.length >= waiting) {
        reject(new LimitError('Too many requests wait for the database; try again shortly'));
        return;
      }
      queue.push({ item, keys: keys(item), resolve, reject });
      go();
    });
}

/** Never rejects: every item's caller is told. */
async function serve<Item, Result>({ run }: GatheringOptions<Item, Result>, batch: readonly Handed<Item, Result>[]): Promise<void> {
  try {
    const results = await run(batch.map(({ item }) => item));
    for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
  } catch (error) {
    const again = batch.length > 1 ? !isUnserved(error) : isRetryable(error);
    for (const handed of batch) {
      if (again) await alone(run, handed);
      else handed.reject(error);
    }
  }
}

const STATEMENT_TIMEOUT = '57014';

function isUnserved(error: unknown): boolean {
  return error instanceof DatabaseUnavailableError || sqlStateOf(error) === STATEMENT_TIMEOUT;
}

async function alone<Item, Result>(
  run: GatheringOptions<Item, Result>['run'],
  { item, resolve, reject }: Handed<Item, Result>,
): Promise<void> {
  try {
    const [result] = await run([item]);
    resolve(result as Result);
  } catch (error) {
    reject(error);
  }
}
