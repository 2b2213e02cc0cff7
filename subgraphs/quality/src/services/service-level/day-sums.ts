/** What the calls of a day come to, added up hour by hour. */
import type { Subject } from '../../domain/service-level/subject.ts';
import type { FaultSum, LevelSum, MinuteSum, Series, Sums } from '../../domain/service-level/sum-up.ts';
import { addTally, emptyTally } from '../../domain/service-level/tally.ts';

const nameOf = ({ kind, code }: Subject): string => `${kind} ${code}`;

/** Tallies by series and span; what is taken out of it has been compared. */
export class TallyMap {
  readonly #sums = new Map<string, LevelSum>();

  constructor(sums: readonly LevelSum[] = []) {
    for (const sum of sums) this.add(sum);
  }

  add({ series, start, tally }: LevelSum): void {
    const key = `${nameOf(series)} ${series.method} ${start}`;
    const known = this.#sums.get(key) ?? { series, start, tally: emptyTally() };
    addTally(known.tally, tally);
    this.#sums.set(key, known);
  }

  take({ kind, code, method }: Series, start: number): LevelSum | undefined {
    const key = `${kind} ${code} ${method} ${start}`;
    const sum = this.#sums.get(key);
    this.#sums.delete(key);
    return sum;
  }

  left(): Iterable<LevelSum> {
    return this.#sums.values();
  }
}

/** Calls by series and code of the fault; what is taken out has been compared. */
export class FaultMap {
  readonly #sums = new Map<string, FaultSum>();

  add(sum: FaultSum): void {
    const key = this.#key(sum.series, sum.fault);
    this.#sums.set(key, { ...sum, calls: (this.#sums.get(key)?.calls ?? 0) + sum.calls });
  }

  take(series: Series, fault: string): FaultSum | undefined {
    const key = this.#key(series, fault);
    const sum = this.#sums.get(key);
    this.#sums.delete(key);
    return sum;
  }

  left(): Iterable<FaultSum> {
    return this.#sums.values();
  }

  #key(series: Series, fault: string): string {
    return `${nameOf(series)} ${series.method} ${fault}`;
  }
}

export interface MinutesOfDay {
  subject: Subject;
  /** Minutes since the begin of the day in which a call began, with whether any was answered. */
  minutes: Map<number, boolean>;
}

/** Minutes of the day by subject; what is taken out has been compared. */
export class MinuteMap {
  readonly #sums = new Map<string, MinutesOfDay>();

  add({ subject, minute, answered }: MinuteSum): void {
    const known = this.#sums.get(nameOf(subject)) ?? { subject, minutes: new Map<number, boolean>() };
    known.minutes.set(minute, answered || (known.minutes.get(minute) ?? false));
    this.#sums.set(nameOf(subject), known);
  }

  take(subject: Subject): MinutesOfDay | undefined {
    const sum = this.#sums.get(nameOf(subject));
    this.#sums.delete(nameOf(subject));
    return sum;
  }

  left(): Iterable<MinutesOfDay> {
    return this.#sums.values();
  }
}

export class DaySums {
  calls = 0;
  readonly levels = new TallyMap();
  readonly faults = new FaultMap();
  readonly minutes = new MinuteMap();

  /** @param sums of calls of the day that were not added before */
  add(calls: number, sums: Sums): void {
    this.calls += calls;
    for (const sum of sums.levels.DAY) this.levels.add(sum);
    for (const sum of sums.faults) this.faults.add(sum);
    for (const sum of sums.minutes) this.minutes.add(sum);
  }
}
