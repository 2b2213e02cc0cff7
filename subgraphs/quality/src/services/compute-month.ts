/** Reads a PSP's month day by day and computes its KPIs, in one reading of the rules or in both. */
import { type Evaluation, startEvaluation } from '../domain/evaluate.ts';
import type { Reading } from '../domain/evidence.ts';
import type { Month } from '../domain/month.ts';
import type { Queries } from '../persistence/queries.ts';
import { daysWithEvidence, readDay } from '../persistence/read-evidence.ts';

/** @returns results in the order of the readings */
export async function computeMonth(
  queries: Queries,
  psp: { pspCode: string; month: Month },
  readings: readonly Reading[],
  signal?: AbortSignal,
): Promise<Evaluation[][]> {
  const evaluations = readings.map(startEvaluation);
  for (const day of await daysWithEvidence(queries, psp.pspCode, psp.month)) {
    signal?.throwIfAborted();
    const evidence = await readDay(queries, psp.pspCode, day);
    for (const evaluation of evaluations) evaluation.add(evidence);
  }
  return evaluations.map((evaluation) => evaluation.end());
}
