/** Recomputes the results of a month from the raw rows, as of the instant of each result, and compares. Changes nothing. */
import type { Database } from '@nodo-aperto/kernel/database';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { Evaluation } from '../domain/evaluate.ts';
import type { Month } from '../domain/month.ts';
import { KpiResultRow } from '../persistence/tables.ts';
import { computeMonth } from './compute-month.ts';

export interface Comparison {
  kept: KpiResultRow;
  recomputed: Evaluation;
  /** Whether figures and digest are the same. */
  same: boolean;
}

/** @returns the comparisons of a PSP's month, by result id; none when it has no results */
export async function recompute(database: Database, pspCode: string, month: Month): Promise<Comparison[]> {
  const rows = await database.read((manager) => manager.find(KpiResultRow, { pspCode, month }, { orderBy: { id: 'asc' } }));
  const computed = new Map<string, Evaluation>();
  const readings = new Map(
    rows.map(({ profile, evaluatedAt }) => [`${profile}@${fromDate(evaluatedAt)}`, { profile, now: fromDate(evaluatedAt) }]),
  );
  const results = await computeMonth(database, { pspCode, month }, [...readings.values()]);
  for (const [index, key] of [...readings.keys()].entries()) {
    for (const evaluation of results[index] ?? []) computed.set(`${key} ${evaluation.kpi}`, evaluation);
  }
  return rows.map((kept) => {
    const recomputed = computed.get(`${kept.profile}@${fromDate(kept.evaluatedAt)} ${kept.kpi}`) as Evaluation;
    return { kept, recomputed, same: isSame(kept, recomputed) };
  });
}

function isSame(kept: KpiResultRow, recomputed: Evaluation): boolean {
  return (
    kept.sample === recomputed.sample &&
    kept.faults === recomputed.faults &&
    kept.percentage === recomputed.percentage &&
    kept.outcome === recomputed.outcome &&
    kept.evidenceDigest === recomputed.evidenceDigest
  );
}
