import type { ManualClock } from './clock.ts';
import { checkedDelay } from './timers.ts';
import type { Timers } from './timers.ts';
import { everyOn, sleepOn } from './waits.ts';

/** Where a manual clock starts when not told otherwise: Monday 2 March 2026, 10:00 in Rome. */
export const MANUAL_CLOCK_START = Date.UTC(2026, 2, 2, 9);

interface Entry {
  readonly due: number;
  readonly action: () => void;
}

/** One turn of the event loop: every promise that can settle without waiting for something else has settled after it. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** See {@link ManualClock}. `start` is in epoch milliseconds. */
export function manualClock(start: number = MANUAL_CLOCK_START): ManualClock {
  let elapsed = 0;
  let base = start;
  const queue: Entry[] = []; // by due time; entries of the same due time in the order they came

  const timers: Timers = {
    elapsed: () => elapsed,
    start(milliseconds, action) {
      const entry: Entry = { due: elapsed + checkedDelay(milliseconds), action };
      queue.splice(firstDueAfter(queue, entry.due), 0, entry);
      return {
        [Symbol.dispose]() {
          const at = queue.indexOf(entry);
          if (at >= 0) queue.splice(at, 1);
        },
      };
    },
  };
  const now = (): number => Math.floor(base + elapsed);

  return {
    now,
    date: () => new Date(now()),
    monotonic: () => elapsed,
    sleep: (milliseconds, signal) => sleepOn(timers, milliseconds, signal),
    schedule: (milliseconds, action) => timers.start(milliseconds, action, false),
    every: (milliseconds, action, onError) => everyOn(timers, milliseconds, action, onError),
    deadline: (milliseconds, action) => timers.start(milliseconds, action, true),
    realDelay: (milliseconds) => milliseconds,
    realDeadline: (milliseconds) => milliseconds,
    set(epochMilliseconds) {
      base = epochMilliseconds - elapsed;
    },
    async advance(milliseconds) {
      const target = elapsed + checkedDelay(milliseconds);
      await settle();
      for (let next = queue[0]; next !== undefined && next.due <= target; next = queue[0]) {
        queue.shift();
        elapsed = Math.max(elapsed, next.due);
        next.action();
        await settle();
      }
      elapsed = Math.max(elapsed, target);
    },
    pending: () => queue.length,
  };
}

function firstDueAfter(queue: readonly Entry[], due: number): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = queue[middle];
    if (entry !== undefined && entry.due <= due) low = middle + 1;
    else high = middle;
  }
  return low;
}
