/** The service levels of a month as CSV, by subject and method. */
import { stringify } from 'csv-stringify/sync';
import type { Database } from '@nodo-aperto/kernel/database';
import { asDate } from '@nodo-aperto/kernel/time';
import { type Month, spanOf } from '../../domain/month.ts';
import { decimalOf } from '../../domain/percentage.ts';
import { countsOf } from '../../domain/service-level/tally.ts';
import { quantile } from '../../domain/service-level/latency.ts';
import { IN_TIME_TARGET, shareOf } from '../../domain/service-level/share.ts';
import type { SubjectKind } from '../../domain/service-level/subject.ts';
import type { Series } from '../../domain/service-level/sum-up.ts';
import { type LevelRow, SUMMED, tallyOf } from '../../persistence/service-level/columns.ts';

const MOST_LINES = 10_000;
const COLUMNS = [
  'kind',
  'code',
  'method',
  'month',
  'calls',
  'faults',
  'unanswered',
  'in_time',
  'in_time_percent',
  'in_time_target_met',
  'mean_ms',
  'p50_ms',
  'p95_ms',
  'p99_ms',
] as const;

/** At most 10,000 lines, by subject and method. */
export async function levelsCsv(database: Database, kind: SubjectKind, code: string | undefined, month: Month): Promise<string> {
  const rows = await database.query<LevelRow & Series>(
    `select kind, code, method, ${SUMMED} from level_month join level_series on id = series
      where start = $1 and kind = $2 and ($3::text is null or code = $3) group by id order by code, method limit ${MOST_LINES}`,
    [asDate(spanOf(month).from), kind, code ?? null],
  );
  const records = rows.map((row) => {
    const tally = tallyOf(row);
    const share = shareOf(tally.inTime, tally.calls) ?? 0;
    const counts = countsOf(tally);
    const percentiles = [0.5, 0.95, 0.99].map((each) => (quantile(counts, each) ?? 0).toFixed(1));
    const { calls, faults, unanswered, inTime } = tally;
    const figures = [calls, faults, unanswered, inTime, decimalOf(share), String(share >= IN_TIME_TARGET)];
    return [row.kind, row.code, row.method, month, ...figures, (tally.totalMs / calls).toFixed(1), ...percentiles];
  });
  return stringify([[...COLUMNS], ...records], { escape_formulas: true });
}
