/** Sums up the calls of a day anew, from the raw rows, and compares with the sums that are kept. Changes nothing. */
import type { Database } from '@nodo-aperto/kernel/database';
import { InputError } from '@nodo-aperto/kernel/faults';
import { addDays, asDate, type Clock, isLocalDate, startOfLocalDay } from '@nodo-aperto/kernel/time';
import { subjectsOf } from '../../domain/service-level/subject.ts';
import type { Series } from '../../domain/service-level/sum-up.ts';
import { addCall, emptyTally, sameTally, type Tally } from '../../domain/service-level/tally.ts';
import { type LevelRow, SUMMED, tallyOf } from '../../persistence/service-level/columns.ts';
import { isKept, OBSERVED_CALLS } from '../../persistence/service-level/partitions.ts';
import { allRawCalls } from '../../persistence/service-level/raw-calls.ts';

export interface LevelDifference extends Series {
  /** Calls of the sum that is kept. */
  kept: number;
  /** Calls of the raw rows. */
  recomputed: number;
}

export interface DayComparison {
  day: string;
  /** Raw rows that were read. */
  calls: number;
  /** Sums that were compared. */
  compared: number;
  /** How many of them differ, in any figure. */
  different: number;
  /** The first hundred of them. */
  differences: LevelDifference[];
}

const MOST_TOLD = 100;
const PAGE = 5_000;

/** @throws InputError for a day that is none, or whose raw rows are no longer kept */
export async function recomputeDay(database: Database, clock: Clock, day: string): Promise<DayComparison> {
  if (!isLocalDate(day)) throw InputError.at('day', 'is not a day', 'a day such as 2026-03-31');
  const span = { from: startOfLocalDay(day), until: startOfLocalDay(addDays(day, 1)) };
  if (!isKept(OBSERVED_CALLS, span.from, clock.now())) throw InputError.at('day', 'lies too far back', 'a day whose calls are still kept');
  const sums = new Map<string, { series: Series; tally: Tally }>();
  let calls = 0;
  for await (const page of allRawCalls(database, span)) {
    calls += page.length;
    for (const call of page) {
      if (call.probe) continue;
      for (const subject of subjectsOf(call)) {
        const name = `${subject.kind} ${subject.code} ${call.method}`;
        const sum = sums.get(name) ?? { series: { ...subject, method: call.method }, tally: emptyTally() };
        addCall(sum.tally, call);
        sums.set(name, sum);
      }
    }
  }
  return compare(database, { day, start: span.from, calls }, sums);
}

async function compare(
  database: Database,
  { day, start, calls }: { day: string; start: number; calls: number },
  sums: Map<string, { series: Series; tally: Tally }>,
): Promise<DayComparison> {
  const result: DayComparison = { day, calls, compared: 0, different: 0, differences: [] };
  const tell = (series: Series, kept: Tally, recomputed: Tally): void => {
    result.compared += 1;
    if (sameTally(kept, recomputed)) return;
    result.different += 1;
    if (result.differences.length < MOST_TOLD) result.differences.push({ ...series, kept: kept.calls, recomputed: recomputed.calls });
  };
  for (let after = 0; ; ) {
    const rows = await keptPage(database, start, after);
    for (const { kind, code, method, ...row } of rows) {
      const name = `${kind} ${code} ${method}`;
      tell({ kind, code, method }, tallyOf(row), sums.get(name)?.tally ?? emptyTally());
      sums.delete(name);
    }
    if (rows.length < PAGE) break;
    after = rows.at(-1)?.id ?? after;
  }
  for (const { series, tally } of sums.values()) tell(series, emptyTally(), tally);
  return result;
}

function keptPage(database: Database, start: number, after: number): Promise<(LevelRow & Series & { id: number })[]> {
  return database.query(
    `select id, kind, code, method, ${SUMMED} from level_day join level_series on id = series
      where start = $1 and series > $2 group by id order by id limit ${PAGE}`,
    [asDate(start), after],
    { name: 'quality_levels_of_day' },
  );
}
