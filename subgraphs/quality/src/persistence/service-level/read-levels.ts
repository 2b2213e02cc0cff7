/** Reads sums of calls: of a span of days, from whole months where it has any, and as a series of spans. */
import { asDate, fromDate, startOfLocalDay } from '@nodo-aperto/kernel/time';
import { addMonths, monthOfDay } from '../../domain/month.ts';
import type { Grain } from '../../domain/service-level/grain.ts';
import type { Interval } from '../../domain/service-level/intervals.ts';
import type { Tally } from '../../domain/service-level/tally.ts';
import type { Queries } from '../queries.ts';
import { LEVEL_TABLES, type LevelRow, SUMMANDS, SUMMED, tallyOf } from './columns.ts';

/** Days, the end excluded. */
export interface DaySpan {
  from: string;
  until: string;
}

/** The whole months in a span of days, as a span of days; empty (from = until) where there is none. */
function wholeMonths({ from, until }: DaySpan): DaySpan {
  const first = from.endsWith('-01') ? from : `${addMonths(monthOfDay(from), 1)}-01`;
  const end = `${monthOfDay(until)}-01`;
  return first < end ? { from: first, until: end } : { from: until, until };
}

/** What the calls of a span come to, by number of the series. */
export async function levelTotals(queries: Queries, series: readonly number[], span: DaySpan): Promise<Map<number, Tally>> {
  const months = wholeMonths(span);
  const rows = await queries.query<LevelRow & { series: number }>(
    `select series, ${SUMMED} from (
        select series, ${SUMMANDS} from level_month where series = any($1) and start >= $3 and start < $4
        union all
        select series, ${SUMMANDS} from level_day
          where series = any($1) and (start >= $2 and start < $3 or start >= $4 and start < $5)
      ) as parts group by series`,
    [series, ...[span.from, months.from, months.until, span.until].map((day) => asDate(startOfLocalDay(day)))],
    { name: 'quality_level_totals' },
  );
  return new Map(rows.map((row) => [row.series, tallyOf(row)]));
}

/** Faults of a span of days by code, for each series; the most frequent first. */
export function faultTotals(
  queries: Queries,
  series: readonly number[],
  span: DaySpan,
): Promise<{ series: number; fault: string; calls: number }[]> {
  return queries.query(
    `select series, fault, sum(calls)::bigint as calls from level_fault where series = any($1) and day >= $2 and day < $3
      group by series, fault order by calls desc, fault`,
    [series, span.from, span.until],
    { name: 'quality_fault_totals' },
  );
}

/** Minutes in which a call began, and those of them in which none was answered. */
export async function minuteTotals(queries: Queries, subject: number, span: DaySpan): Promise<{ called: number; down: number }> {
  const [row] = await queries.query<{ called: number; down: number }>(
    `select coalesce(sum(bit_count(called)), 0)::bigint as called, coalesce(sum(bit_count(called & ~answered)), 0)::bigint as down
      from level_minutes where series = $1 and day >= $2 and day < $3`,
    [subject, span.from, span.until],
    { name: 'quality_minute_totals' },
  );
  return row ?? { called: 0, down: 0 };
}

/** What the calls come to in each span that has any, in the order of time. */
export async function levelSeries(
  queries: Queries,
  series: readonly number[],
  grain: Grain,
  { from, until }: Interval,
  most: number,
): Promise<{ start: number; tally: Tally }[]> {
  const rows = await queries.query<LevelRow & { start: Date }>(
    `select start, ${SUMMED} from ${LEVEL_TABLES[grain]} where series = any($1) and start >= $2 and start < $3
      group by start order by start limit $4`,
    [series, asDate(from), asDate(until), most],
    { name: `quality_level_series_${grain.toLowerCase()}` },
  );
  return rows.map((row) => ({ start: fromDate(row.start), tally: tallyOf(row) }));
}
