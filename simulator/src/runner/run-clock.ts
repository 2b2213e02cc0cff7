/**
 * The time of a run. Platform time can leap and runs at a factor; people, arrivals, faults and retries follow the factor and no leap; what
 * limits work on sockets stays real.
 */
import { acceleratedClock, adjustableClock, realClock } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';

export interface RunClock extends Clock {
  /** Real time, for what belongs to this machine: looking at the run, waiting for the platform. */
  readonly real: Clock;
  /** Milliseconds of the run: real ones since this clock was made, times the factor, without any leap. */
  elapsed(): number;
  /** Follows a leap of the platform's clock. @param milliseconds a whole number from 0 */
  advance(milliseconds: number): void;
  /** Follows the speed of the platform's clock; the pace of the run stays what it was. */
  setSpeed(speed: number): void;
}

/** @param factor how many times as fast as real time the run goes */
export function runClock(factor = 1): RunClock {
  const [real, platform, pace] = [realClock(), adjustableClock(), acceleratedClock({ start: 0, factor })];
  const began = real.monotonic();
  return {
    ...pace,
    now: platform.now,
    date: platform.date,
    deadline: real.deadline,
    realDeadline: real.realDeadline,
    real,
    elapsed: () => (real.monotonic() - began) * factor,
    advance: platform.advance,
    setSpeed: platform.setSpeed,
  };
}
