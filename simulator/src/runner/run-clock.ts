/** The time of a run: platform time can leap, people and networks go on in real time. */
import { adjustableClock, realClock } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';

export interface RunClock extends Clock {
  /** Follows a leap of the platform's clock. @param milliseconds a whole number from 0 */
  advance(milliseconds: number): void;
}

export function runClock(): RunClock {
  const [real, platform] = [realClock(), adjustableClock()];
  return { ...real, now: platform.now, date: platform.date, advance: (milliseconds) => platform.advance(milliseconds) };
}
