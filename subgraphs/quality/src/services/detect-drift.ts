/** Watches the running values of the month and tells when a PSP or a station comes near its threshold, exceeds it, or comes back. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { JobSummary } from '@nodo-aperto/kernel/jobs';
import { asDate, type Clock, toIso } from '@nodo-aperto/kernel/time';
import { indicatorDrifted, STATION_INDICATOR } from '@nodo-aperto/schema/events';
import { type DriftLevel, driftLevel, marginOf } from '../domain/anticipation.ts';
import { type Month, monthOf, provisionalMonths, spanOf } from '../domain/month.ts';
import { percentageOf } from '../domain/percentage.ts';
import { DEFAULT_PROFILE } from '../domain/profile.ts';
import { judgedPsps } from './in-pages.ts';
import { runningValues } from './running.ts';

/** 98 % of a station's answers come within two seconds. Source: domain facts, Payments section 7.1. */
const STATION_THRESHOLD = 200;
/** Fewer say nothing: one slow answer of ten would be a warning. */
const LEAST_CALLS = 100;
const STATIONS_AT_A_TIME = 500;

export interface DriftParts {
  database: Database;
  outbox: Outbox;
  clock: Clock;
}

interface Indicator {
  kind: 'PSP' | 'STATION';
  code: string;
  brokerCode?: string;
  indicator: string;
  month: Month;
  sample: number;
  faults: number;
  threshold: number;
}

/** @returns how many indicators changed their level */
export async function detectDrift(parts: DriftParts, signal: AbortSignal): Promise<JobSummary> {
  const now = parts.clock.now();
  let told = 0;
  for (const month of provisionalMonths(now)) {
    for await (const pspCode of judgedPsps(parts.database, month)) {
      signal.throwIfAborted();
      const values = await runningValues(parts, pspCode, month, DEFAULT_PROFILE);
      const indicators = values.map(({ kpi, sample, faults, threshold }): Indicator => {
        return { kind: 'PSP', code: pspCode, indicator: kpi, month, sample, faults, threshold };
      });
      told += await tell(parts, indicators);
    }
  }
  const month = monthOf(now);
  for (let after = ''; ; ) {
    signal.throwIfAborted();
    const stations = await stationsOf(parts.database, month, after);
    told += await tell(
      parts,
      stations.filter(({ sample }) => sample >= LEAST_CALLS),
    );
    if (stations.length < STATIONS_AT_A_TIME) break;
    after = stations.at(-1)?.code ?? after;
  }
  return { processed: told, detail: told === 0 ? 'Nothing has drifted.' : `${told} indicators changed their level.` };
}

async function stationsOf(database: Database, month: Month, after: string): Promise<Indicator[]> {
  const { from, until } = spanOf(month);
  const rows = await database.query<{ station_code: string; broker_code: string; calls: number; slow: number }>(
    `select station_code, max(broker_code) as broker_code, sum(calls)::int as calls, sum(slow)::int as slow from station_bin
      where bin_start >= $1 and bin_start < $2 and station_code > $3 group by station_code order by station_code limit $4`,
    [asDate(from), asDate(until), after, STATIONS_AT_A_TIME],
  );
  return rows.map((row) => ({
    kind: 'STATION',
    code: row.station_code,
    brokerCode: row.broker_code,
    indicator: STATION_INDICATOR,
    month,
    sample: row.calls,
    faults: row.slow,
    threshold: STATION_THRESHOLD,
  }));
}

async function tell({ database, outbox, clock }: DriftParts, indicators: readonly Indicator[]): Promise<number> {
  if (indicators.length === 0) return 0;
  return database.transaction(async (transaction) => {
    let told = 0;
    for (const indicator of indicators) if (await tellOne(transaction, outbox, indicator, clock.now())) told += 1;
    return told;
  });
}

async function tellOne(transaction: Transaction, outbox: Outbox, indicator: Indicator, now: number): Promise<boolean> {
  const { kind, code, month, sample, faults, threshold, brokerCode } = indicator;
  const percentage = percentageOf(faults, sample);
  const level = driftLevel(percentage, threshold);
  const [known] = await transaction.query<{ level: DriftLevel; revision: number }>(
    'select level, revision from drift_state where kind = $1 and code = $2 and indicator = $3 and month = $4 for update',
    [kind, code, indicator.indicator, month],
  );
  const previousLevel = known?.level ?? 'WITHIN';
  if (level === previousLevel) return false;
  const revision = (known?.revision ?? 0) + 1;
  await transaction.query(
    `insert into drift_state (kind, code, indicator, month, broker_code, level, sample, faults, percentage, threshold, since, revision)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      on conflict (kind, code, indicator, month) do update set level = excluded.level, sample = excluded.sample, faults = excluded.faults,
        percentage = excluded.percentage, threshold = excluded.threshold, since = excluded.since, revision = excluded.revision`,
    [kind, code, indicator.indicator, month, brokerCode ?? null, level, sample, faults, percentage, threshold, asDate(now), revision],
  );
  await outbox.append(transaction, indicatorDrifted, {
    kind,
    code,
    ...(brokerCode !== undefined && { brokerCode }),
    indicator: indicator.indicator,
    month,
    level,
    previousLevel,
    sample,
    faults,
    percentageHundredths: percentage,
    thresholdHundredths: threshold,
    faultsLeft: marginOf(faults, sample, threshold).faultsLeft,
    at: toIso(now),
    revision,
  });
  return true;
}
