/** One-shot timers over a platform time that only runs forward. The base of schedule, sleep, every and deadline. */
export interface Timers {
  /** Platform milliseconds passed since an arbitrary origin. */
  elapsed(): number;
  start(milliseconds: number, action: () => void, keepAlive: boolean): Disposable;
}

/** Timers on the machine's event loop, whose platform time may run faster than real time or jump ahead. */
export interface MachineTimers extends Timers {
  /** To be called after platform time jumped ahead: fires what is due, in order, and re-arms the rest. */
  catchUp(): void;
}

interface Entry {
  readonly due: number;
  readonly sequence: number;
  readonly action: () => void;
  readonly keepAlive: boolean;
  handle?: NodeJS.Timeout;
}

// The event loop turns longer delays into 1 ms; they are waited for in stretches.
const LONGEST_STRETCH = 2 ** 31 - 1;

/** Milliseconds of a wait, made sane: negative is 0; a value that is no number would wait for ever or not at all. */
export function checkedDelay(milliseconds: number): number {
  if (!Number.isFinite(milliseconds)) throw new RangeError(`A wait needs a finite number of milliseconds, got ${milliseconds}`);
  return Math.max(0, milliseconds);
}

export function machineTimers(elapsed: () => number, realDelay: (milliseconds: number) => number): MachineTimers {
  const entries = new Set<Entry>();
  let sequence = 0;

  const arm = (entry: Entry): void => {
    clearTimeout(entry.handle);
    const stretch = Math.min(LONGEST_STRETCH, Math.max(0, Math.ceil(realDelay(entry.due - elapsed()))));
    entry.handle = setTimeout(() => fireIfDue(entry), stretch);
    if (!entry.keepAlive) entry.handle.unref();
  };
  const take = (entry: Entry): void => {
    clearTimeout(entry.handle);
    entries.delete(entry);
  };
  const fireIfDue = (entry: Entry): void => {
    if (elapsed() < entry.due) return arm(entry);
    take(entry);
    entry.action();
  };

  return {
    elapsed,
    start(milliseconds, action, keepAlive) {
      const entry: Entry = { due: elapsed() + checkedDelay(milliseconds), sequence: sequence++, action, keepAlive };
      entries.add(entry);
      arm(entry);
      return { [Symbol.dispose]: () => take(entry) };
    },
    catchUp() {
      const time = elapsed();
      const failures: unknown[] = [];
      for (const entry of [...entries].sort((a, b) => a.due - b.due || a.sequence - b.sequence)) {
        if (!entries.has(entry)) continue; // cancelled by an action before it
        if (entry.due > time) {
          arm(entry);
          continue;
        }
        take(entry);
        // One failing action must not keep the others from running.
        try {
          entry.action();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'Scheduled actions failed');
    },
  };
}
