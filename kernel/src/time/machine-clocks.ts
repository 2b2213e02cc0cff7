import type { Clock } from './clock.ts';
import { machineTimers } from './timers.ts';
import type { Timers } from './timers.ts';
import { everyOn, sleepOn } from './waits.ts';

/** Real milliseconds since the process began. */
export const monotonic = (): number => performance.now();

/** What a clock of the machine is made of. */
export interface ClockParts {
  now: () => number;
  timers: Timers;
  deadlines: Timers;
  realDelay: (milliseconds: number) => number;
  realDeadline: (milliseconds: number) => number;
}

/** A clock from its parts. */
export function assemble({ now, timers, deadlines, realDelay, realDeadline }: ClockParts): Clock {
  return {
    now,
    date: () => new Date(now()),
    monotonic,
    sleep: (milliseconds, signal) => sleepOn(timers, milliseconds, signal),
    schedule: (milliseconds, action) => timers.start(milliseconds, action, false),
    every: (milliseconds, action, onError) => everyOn(timers, milliseconds, action, onError),
    deadline: (milliseconds, action) => deadlines.start(milliseconds, action, true),
    realDelay,
    realDeadline,
  };
}

/** The machine's time. Waits run on the monotonic clock: a correction of the time of day moves none of them. */
export function realClock(): Clock {
  const realDelay = (milliseconds: number): number => milliseconds;
  const timers = machineTimers(monotonic, realDelay);
  return assemble({ now: () => Date.now(), timers, deadlines: timers, realDelay, realDeadline: realDelay });
}

/** Platform time that begins at `start` (epoch milliseconds) and runs `factor` times as fast as real time. */
export function acceleratedClock(options: { start: number; factor: number }): Clock {
  const { start, factor } = options;
  if (!Number.isFinite(factor) || factor <= 0) throw new RangeError(`An accelerated clock needs a factor above 0, got ${factor}`);
  if (!Number.isFinite(start)) throw new RangeError(`An accelerated clock needs a start in epoch milliseconds, got ${start}`);
  const origin = monotonic();
  const elapsed = (): number => (monotonic() - origin) * factor;
  const realDelay = (milliseconds: number): number => milliseconds / factor;
  const timers = machineTimers(elapsed, realDelay);
  return assemble({ now: () => Math.floor(start + elapsed()), timers, deadlines: timers, realDelay, realDeadline: realDelay });
}
