/** What is counted of calls: sums only, so that tallies of any calls can be added up. */
import type { ObservedCall } from '@nodo-aperto/schema/events';
import { faultOf, isAnswered, isInTime } from './answer.ts';
import { LATENCY_CLASSES, latencyClass } from './latency.ts';

export interface Tally {
  calls: number;
  /** Calls that did not end with OK. */
  faults: number;
  /** Calls without an answer. */
  unanswered: number;
  /** Calls answered within two seconds. */
  inTime: number;
  /** All durations, rounded to whole milliseconds one by one. */
  totalMs: number;
  /** Calls by class of duration; classes without any are absent. */
  classes: Map<number, number>;
}

export type CountedCall = Pick<ObservedCall, 'outcome' | 'faultCode' | 'durationMs'>;

export function emptyTally(): Tally {
  return { calls: 0, faults: 0, unanswered: 0, inTime: 0, totalMs: 0, classes: new Map() };
}

export function addCall(tally: Tally, call: CountedCall): void {
  tally.calls += 1;
  if (faultOf(call) !== undefined) tally.faults += 1;
  if (!isAnswered(call)) tally.unanswered += 1;
  if (isInTime(call)) tally.inTime += 1;
  tally.totalMs += Math.round(call.durationMs);
  const index = latencyClass(call.durationMs);
  tally.classes.set(index, (tally.classes.get(index) ?? 0) + 1);
}

export function addTally(tally: Tally, other: Tally): void {
  tally.calls += other.calls;
  tally.faults += other.faults;
  tally.unanswered += other.unanswered;
  tally.inTime += other.inTime;
  tally.totalMs += other.totalMs;
  for (const [index, count] of other.classes) tally.classes.set(index, (tally.classes.get(index) ?? 0) + count);
}

/** Calls by class, every class at its place. */
export function countsOf(tally: Tally): number[] {
  return Array.from({ length: LATENCY_CLASSES }, (_unused, index) => tally.classes.get(index) ?? 0);
}

export function sameTally(left: Tally, right: Tally): boolean {
  return (
    left.calls === right.calls &&
    left.faults === right.faults &&
    left.unanswered === right.unanswered &&
    left.inTime === right.inTime &&
    left.totalMs === right.totalMs &&
    left.classes.size === right.classes.size &&
    [...left.classes].every(([index, count]) => right.classes.get(index) === count)
  );
}
