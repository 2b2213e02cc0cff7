/** Spans of time: put together, cut out of each other, measured. Epoch milliseconds, the end excluded. */

export interface Interval {
  from: number;
  until: number;
}

/** The same time in spans that neither touch nor overlap, in order; spans of no length are dropped. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ from, until }) => until > from).toSorted((left, right) => left.from - right.from);
  const joined: Interval[] = [];
  for (const { from, until } of sorted) {
    const last = joined.at(-1);
    if (last && from <= last.until) last.until = Math.max(last.until, until);
    else joined.push({ from, until });
  }
  return joined;
}

/** The parts of spans that lie inside another. */
export function clip(intervals: readonly Interval[], within: Interval): Interval[] {
  return intervals
    .map(({ from, until }) => ({ from: Math.max(from, within.from), until: Math.min(until, within.until) }))
    .filter(({ from, until }) => until > from);
}

/** The time of the first that is in none of the others. */
export function without(intervals: readonly Interval[], others: readonly Interval[]): Interval[] {
  let left = union(intervals);
  for (const { from, until } of union(others)) {
    left = left.flatMap((each) => [
      ...clip([each], { from: Number.NEGATIVE_INFINITY, until: from }),
      ...clip([each], { from: until, until: Number.POSITIVE_INFINITY }),
    ]);
  }
  return left;
}

/** Milliseconds of the time that is in any of the spans. */
export function length(intervals: readonly Interval[]): number {
  return union(intervals).reduce((sum, { from, until }) => sum + until - from, 0);
}
