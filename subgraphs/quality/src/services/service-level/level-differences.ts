/** Sums that are kept beside those that were computed again: counts what was compared and tells what differs. */
import type { Grain } from '../../domain/service-level/grain.ts';
import type { LevelSum, Series } from '../../domain/service-level/sum-up.ts';
import { emptyTally, sameTally } from '../../domain/service-level/tally.ts';
import type { KeptFault, KeptMinutes } from '../../persistence/service-level/kept-sums.ts';
import type { FaultMap, MinuteMap, MinutesOfDay, TallyMap } from './day-sums.ts';

/** What a sum is: one of calls in a span, one of faults of a day by code, or the minutes of a day that had calls. */
export type SumKind = Grain | 'FAULT' | 'MINUTES_OF_DAY';

export interface LevelDifference extends Series {
  sum: SumKind;
  /** Begin of its span, epoch milliseconds. */
  start: number;
  /** The code of a sum of faults. */
  fault?: string;
  /** Calls (of the minutes of a day: minutes) of the sum that is kept. */
  kept: number;
  /** Those of the raw rows. */
  recomputed: number;
}

const MOST_TOLD = 100;
const NO_MINUTES: ReadonlyMap<number, boolean> = new Map();

export class Differences {
  compared = 0;
  different = 0;
  /** The first hundred. */
  readonly first: LevelDifference[] = [];

  levels(sum: Grain, kept: readonly LevelSum[], recomputed: TallyMap): void {
    for (const { series, start, tally } of kept) {
      const again = recomputed.take(series, start)?.tally ?? emptyTally();
      this.#tell(sameTally(tally, again), { ...series, sum, start, kept: tally.calls, recomputed: again.calls });
    }
  }

  missingLevels(sum: Grain, recomputed: TallyMap): void {
    for (const { series, start, tally } of recomputed.left()) {
      this.#tell(false, { ...series, sum, start, kept: 0, recomputed: tally.calls });
    }
  }

  faults(kept: readonly KeptFault[], recomputed: FaultMap, start: number): void {
    for (const { series, fault, calls } of kept) {
      const again = recomputed.take(series, fault)?.calls ?? 0;
      this.#tell(calls === again, { ...series, sum: 'FAULT', start, fault, kept: calls, recomputed: again });
    }
  }

  missingFaults(recomputed: FaultMap, start: number): void {
    for (const { series, fault, calls } of recomputed.left()) {
      this.#tell(false, { ...series, sum: 'FAULT', start, fault, kept: 0, recomputed: calls });
    }
  }

  minutes(kept: readonly KeptMinutes[], recomputed: MinuteMap, start: number): void {
    for (const { subject, minutes } of kept) {
      const again = recomputed.take(subject)?.minutes ?? NO_MINUTES;
      const difference = { ...subject, method: '', sum: 'MINUTES_OF_DAY', start, kept: minutes.size, recomputed: again.size } as const;
      this.#tell(sameMinutes(minutes, again), difference);
    }
  }

  missingMinutes(recomputed: MinuteMap, start: number): void {
    for (const { subject, minutes } of recomputed.left()) {
      this.#tell(false, { ...subject, method: '', sum: 'MINUTES_OF_DAY', start, kept: 0, recomputed: minutes.size });
    }
  }

  #tell(same: boolean, difference: LevelDifference): void {
    this.compared += 1;
    if (same) return;
    this.different += 1;
    if (this.first.length < MOST_TOLD) this.first.push(difference);
  }
}

function sameMinutes(left: MinutesOfDay['minutes'] | typeof NO_MINUTES, right: typeof NO_MINUTES): boolean {
  return left.size === right.size && [...left].every(([minute, answered]) => right.get(minute) === answered);
}
