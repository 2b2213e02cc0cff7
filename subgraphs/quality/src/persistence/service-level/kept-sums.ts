/** Reads the sums that are kept, series by series, for who compares them with the calls. */
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { Grain } from '../../domain/service-level/grain.ts';
import type { Interval } from '../../domain/service-level/intervals.ts';
import type { Subject } from '../../domain/service-level/subject.ts';
import type { LevelSum, Series } from '../../domain/service-level/sum-up.ts';
import type { Queries } from '../queries.ts';
import { LEVEL_TABLES, type LevelRow, SUMMED, tallyOf } from './columns.ts';

/** Numbers of series: above the first, up to the second. */
export type SeriesRange = readonly [number, number];

/** The highest number of a series; 0 without any. */
export async function lastSeries(queries: Queries): Promise<number> {
  const [row] = await queries.query<{ last: number }>('select coalesce(max(id), 0)::int as last from level_series');
  return row?.last ?? 0;
}

/** Sums of a grain whose spans begin in an interval. */
export async function keptSums(queries: Queries, grain: Grain, { from, until }: Interval, range: SeriesRange): Promise<LevelSum[]> {
  const rows = await queries.query<LevelRow & Series & { start: Date }>(
    `select kind, code, method, start, ${SUMMED} from ${LEVEL_TABLES[grain]} join level_series on id = series
      where series > $1 and series <= $2 and start >= $3 and start < $4 group by id, start order by id, start`,
    [...range, asDate(from), asDate(until)],
    { name: `quality_kept_sums_${grain.toLowerCase()}` },
  );
  return rows.map(({ kind, code, method, start, ...row }) => ({
    series: { kind, code, method },
    start: fromDate(start),
    tally: tallyOf(row),
  }));
}

export interface KeptFault {
  series: Series;
  fault: string;
  calls: number;
}

export async function keptFaults(queries: Queries, day: string, range: SeriesRange): Promise<KeptFault[]> {
  const rows = await queries.query<Series & { fault: string; calls: number }>(
    `select kind, code, method, fault, calls from level_fault join level_series on id = series
      where series > $1 and series <= $2 and day = $3 order by id, fault`,
    [...range, day],
    { name: 'quality_kept_faults' },
  );
  return rows.map(({ fault, calls, ...series }) => ({ series, fault, calls }));
}

export interface KeptMinutes {
  subject: Subject;
  /** Minutes since the begin of the day in which a call began, with whether any was answered. */
  minutes: Map<number, boolean>;
}

export async function keptMinutes(queries: Queries, day: string, range: SeriesRange): Promise<KeptMinutes[]> {
  const rows = await queries.query<Subject & { called: string; answered: string }>(
    `select kind, code, called::text as called, answered::text as answered from level_minutes join level_series on id = series
      where series > $1 and series <= $2 and day = $3 order by id`,
    [...range, day],
    { name: 'quality_kept_minutes' },
  );
  return rows.map(({ called, answered, ...subject }) => {
    const minutes = new Map<number, boolean>();
    for (let minute = called.indexOf('1'); minute >= 0; minute = called.indexOf('1', minute + 1)) {
      minutes.set(minute, answered[minute] === '1');
    }
    return { subject, minutes };
  });
}
