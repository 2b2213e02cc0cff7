/** The columns of the tables that keep sums of calls: the same for every grain. */
import { type Grain, GRAINS } from '../../domain/service-level/grain.ts';
import { LATENCY_CLASSES } from '../../domain/service-level/latency.ts';
import type { Tally } from '../../domain/service-level/tally.ts';

export const LEVEL_TABLES: Readonly<Record<Grain, string>> = {
  MINUTE: 'level_minute',
  HOUR: 'level_hour',
  DAY: 'level_day',
  MONTH: 'level_month',
};

const SUMS = ['calls', 'faults', 'unanswered', 'in_time', 'total_ms'] as const;
/** One for each class of duration; null, which takes no room, where there is no call. */
const CLASSES = Array.from({ length: LATENCY_CLASSES }, (_unused, index) => `c${index}`);

/** The columns of a table, for its definition. */
export const LEVEL_COLUMNS = `series integer not null,
  start timestamptz not null,
  calls integer not null,
  faults integer not null,
  unanswered integer not null,
  in_time integer not null,
  total_ms bigint not null,
  ${CLASSES.map((name) => `${name} integer`).join(', ')},
  primary key (series, start)`;

const ADDED = [
  ...SUMS.map((name) => `${name} = known.${name} + excluded.${name}`),
  ...CLASSES.map(
    (name) => `${name} = case when excluded.${name} is null then known.${name} else coalesce(known.${name}, 0) + excluded.${name} end`,
  ),
].join(', ');
const NAMES = ['series', 'start', ...SUMS, ...CLASSES].join(', ');

/** Adds rows (`$1`, JSON) to those of the same series and span. Rows are locked in one order, so that writers do not wait for each other in a circle. */
export const ADD_LEVELS: Readonly<Record<Grain, string>> = Object.fromEntries(
  GRAINS.map((grain) => [
    grain,
    `insert into ${LEVEL_TABLES[grain]} as known (${NAMES})
      select ${NAMES} from json_populate_recordset(null::${LEVEL_TABLES[grain]}, $1::json) order by series, start
      on conflict (series, start) do update set ${ADDED}`,
  ]),
) as Record<Grain, string>;

/** What rows come to together, for a `select`. The classes are one text with commas, which is read in a fraction of the time of an array. */
export const SUMMED = `${SUMS.map((name) => `sum(${name})::bigint as ${name}`).join(', ')},
  array_to_string(array[${CLASSES.map((name) => `sum(${name})`).join(', ')}], ',', '') as classes`;

/** All columns that are summed, as they are. */
export const SUMMANDS = [...SUMS, ...CLASSES].join(', ');

export interface LevelRow {
  calls: number;
  faults: number;
  unanswered: number;
  in_time: number;
  total_ms: number;
  /** Calls by class, with commas between; nothing where there is no call. */
  classes: string;
}

export function tallyOf(row: LevelRow): Tally {
  const classes = new Map<number, number>();
  for (const [index, count] of row.classes.split(',').entries()) if (count !== '') classes.set(index, Number(count));
  return { calls: row.calls, faults: row.faults, unanswered: row.unanswered, inTime: row.in_time, totalMs: row.total_ms, classes };
}

/** A tally as an object of columns; classes without calls are left out. */
export function columnsOf(tally: Tally): Record<string, number> {
  const { calls, faults, unanswered, inTime, totalMs } = tally;
  const row: Record<string, number> = { calls, faults, unanswered, in_time: inTime, total_ms: totalMs };
  for (const [index, count] of tally.classes) row[`c${index}`] = count;
  return row;
}
