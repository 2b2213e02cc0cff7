/**
 * Sums up the calls of a day anew, from the raw rows, and compares with every sum that is kept of them: minutes, hours and the day itself, faults by
 * code, minutes with and without an answer. The sums of the day's month, whose calls are no longer all kept, are compared with those of its days.
 * Changes nothing.
 */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { InputError } from '@nodo-aperto/kernel/faults';
import { addDays, type Clock, HOUR, isLocalDate, startOfLocalDay } from '@nodo-aperto/kernel/time';
import { monthOfDay, spanOf } from '../../domain/month.ts';
import type { Interval } from '../../domain/service-level/intervals.ts';
import { sumUp, type TimedCall } from '../../domain/service-level/sum-up.ts';
import { isKept, MINUTES, OBSERVED_CALLS } from '../../persistence/service-level/partitions.ts';
import { allRawCalls } from '../../persistence/service-level/raw-calls.ts';
import { keptFaults, keptMinutes, keptSums, lastSeries } from '../../persistence/service-level/kept-sums.ts';
import { DaySums, TallyMap } from './day-sums.ts';
import { Differences, type LevelDifference } from './level-differences.ts';

export interface DayComparison {
  day: string;
  /** Raw rows that were read. */
  calls: number;
  /** Sums that were compared. */
  compared: number;
  /** How many of them differ, in any figure. */
  different: number;
  /** The first hundred of them. */
  differences: readonly LevelDifference[];
}

/** Series are looked at so many at a time. */
const SERIES_AT_ONCE = 5_000;

/** @throws InputError for a day that is none, or whose raw rows are no longer kept */
export async function recomputeDay(database: Database, clock: Clock, day: string): Promise<DayComparison> {
  if (!isLocalDate(day)) throw InputError.at('day', 'is not a day', 'a day such as 2026-03-31');
  const span = { from: startOfLocalDay(day), until: startOfLocalDay(addDays(day, 1)) };
  const now = clock.now();
  if (!isKept(OBSERVED_CALLS, span.from, now)) throw InputError.at('day', 'lies too far back', 'a day whose calls are still kept');
  return database.transaction(async (transaction) => {
    // Calls go on coming: rows and sums are those of one moment.
    await transaction.query('set transaction isolation level repeatable read read only');
    const differences = new Differences();
    const comparison = new Comparison(transaction, differences, await lastSeries(transaction));
    const sums = new DaySums();
    for (let from = span.from; from < span.until; from += HOUR) {
      await comparison.hour(sums, { from, until: from + HOUR }, isKept(MINUTES, from, now));
    }
    await comparison.day(sums, day, span);
    await comparison.month(spanOf(monthOfDay(day)));
    const { compared, different, first } = differences;
    return { day, calls: sums.calls, compared, different, differences: first };
  });
}

class Comparison {
  readonly #transaction: Transaction;
  readonly #differences: Differences;
  readonly #lastSeries: number;

  constructor(transaction: Transaction, differences: Differences, last: number) {
    this.#transaction = transaction;
    this.#differences = differences;
    this.#lastSeries = last;
  }

  /** Adds the calls of an hour to the sums of its day, and compares those of the hour and of its minutes. */
  async hour(sums: DaySums, span: Interval, withMinutes: boolean): Promise<void> {
    const calls: TimedCall[] = [];
    for await (const page of allRawCalls(this.#transaction, span)) calls.push(...page);
    const { levels, ...rest } = sumUp(calls);
    sums.add(calls.length, { levels, ...rest });
    if (withMinutes) await this.#levels('MINUTE', new TallyMap(levels.MINUTE), span);
    await this.#levels('HOUR', new TallyMap(levels.HOUR), span);
  }

  async day(sums: DaySums, day: string, span: Interval): Promise<void> {
    await this.#levels('DAY', sums.levels, span);
    for (const range of this.#ranges()) {
      this.#differences.faults(await keptFaults(this.#transaction, day, range), sums.faults, span.from);
      this.#differences.minutes(await keptMinutes(this.#transaction, day, range), sums.minutes, span.from);
    }
    this.#differences.missingFaults(sums.faults, span.from);
    this.#differences.missingMinutes(sums.minutes, span.from);
  }

  async month(span: Interval): Promise<void> {
    for (const range of this.#ranges()) {
      const ofDays = new TallyMap();
      for (const sum of await keptSums(this.#transaction, 'DAY', span, range)) ofDays.add({ ...sum, start: span.from });
      this.#differences.levels('MONTH', await keptSums(this.#transaction, 'MONTH', span, range), ofDays);
      this.#differences.missingLevels('MONTH', ofDays);
    }
  }

  async #levels(grain: 'MINUTE' | 'HOUR' | 'DAY', recomputed: TallyMap, span: Interval): Promise<void> {
    for (const range of this.#ranges()) {
      this.#differences.levels(grain, await keptSums(this.#transaction, grain, span, range), recomputed);
    }
    this.#differences.missingLevels(grain, recomputed);
  }

  /** Ranges of the numbers of series, the first excluded. */
  *#ranges(): Generator<readonly [number, number]> {
    for (let after = 0; after < this.#lastSeries; after += SERIES_AT_ONCE) yield [after, after + SERIES_AT_ONCE];
  }
}
