/** The running value of a PSP's month, and what is left before each threshold. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Clock } from '@nodo-aperto/kernel/time';
import { type DriftLevel, driftLevel, type Margin, marginOf } from '../domain/anticipation.ts';
import { type DailyFigure, dailyFigure } from '../domain/daily.ts';
import type { Evaluation } from '../domain/evaluate.ts';
import { addMonths, type Month, monthOfDay } from '../domain/month.ts';
import type { KpiProfile } from '../domain/profile.ts';
import type { FlowKpi } from '../domain/thresholds.ts';
import { daysWithEvidence, readUnits } from '../persistence/read-evidence.ts';
import { computeMonth } from './compute-month.ts';

export interface RunningValue extends Omit<Evaluation, 'evidenceDigest'>, Margin {
  level: DriftLevel;
}

export interface RunningParts {
  database: Database;
  clock: Clock;
}

export async function runningValues(parts: RunningParts, pspCode: string, month: Month, profile: KpiProfile): Promise<RunningValue[]> {
  const [evaluations = []] = await computeMonth(parts.database, { pspCode, month }, [{ profile, now: parts.clock.now() }]);
  return evaluations.map(({ evidenceDigest: _digest, ...value }) => ({
    ...value,
    ...marginOf(value.faults, value.sample, value.threshold),
    level: driftLevel(value.percentage, value.threshold),
  }));
}

/** The figures of the days of a month that have any payment, in their order. */
export async function dailySeries(
  { database, clock }: RunningParts,
  pspCode: string,
  range: { from: string; to: string },
  kpi: FlowKpi,
  profile: KpiProfile,
): Promise<DailyFigure[]> {
  const now = clock.now();
  const figures: DailyFigure[] = [];
  for (const day of await daysBetween(database, pspCode, range)) {
    const evidence = await readUnits(database, pspCode, day);
    if (evidence.units.length > 0) figures.push(dailyFigure(kpi, evidence, { profile, now }));
  }
  return figures;
}

async function daysBetween(database: Database, pspCode: string, { from, to }: { from: string; to: string }): Promise<string[]> {
  const days: string[] = [];
  for (let month = monthOfDay(from); month <= monthOfDay(to); month = addMonths(month, 1)) {
    days.push(...(await daysWithEvidence(database, pspCode, month, from)));
  }
  return days.filter((day) => day <= to);
}
