/** Computes and keeps the KPIs of every PSP that has evidence. Running it again changes nothing unless the evidence has changed. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { JobSummary } from '@nodo-aperto/kernel/jobs';
import { asDate, type Clock, toIso } from '@nodo-aperto/kernel/time';
import { kpiEvaluated } from '@nodo-aperto/schema/events';
import { type Evaluation, evaluate } from '../domain/evaluate.ts';
import { type MonthToEvaluate, monthsToEvaluate } from '../domain/month.ts';
import { pspsWithEvidence, readEvidence } from '../persistence/evidence.ts';
import { KpiResultRow } from '../persistence/tables.ts';

const PSPS_AT_A_TIME = 100;

export interface EvaluationParts {
  database: Database;
  outbox: Outbox;
  clock: Clock;
}

/**
 * @param forced whether an operator asked: both months are taken as they stand
 * @returns how many results were made or changed
 */
export async function evaluateMonths(parts: EvaluationParts, forced: boolean, signal: AbortSignal): Promise<JobSummary> {
  let changed = 0;
  const months = monthsToEvaluate(parts.clock.now(), forced);
  for (const month of months) {
    for (let after = ''; ; ) {
      const psps = await pspsWithEvidence(parts.database, month.month, after, PSPS_AT_A_TIME);
      for (const psp of psps) {
        signal.throwIfAborted();
        changed += await evaluatePsp(parts, psp, month);
      }
      if (psps.length < PSPS_AT_A_TIME) break;
      after = psps.at(-1) ?? after;
    }
  }
  return {
    processed: changed,
    detail:
      months.length === 0
        ? 'The evaluation day of last month has not come.'
        : `Evaluated ${months.map(({ month }) => month).join(' and ')}.`,
  };
}

async function evaluatePsp(parts: EvaluationParts, pspCode: string, { month, provisional }: MonthToEvaluate): Promise<number> {
  const now = parts.clock.now();
  const evidence = await readEvidence(parts.database, pspCode, month);
  return parts.database.transaction(async (transaction) => {
    let changed = 0;
    for (const evaluation of evaluate(evidence, now)) {
      const id = `${evaluation.kpi}:${pspCode}:${month}`;
      const known = await transaction.manager.findOne(KpiResultRow, id);
      // A final result stays as it was stated; what arrives later is visible as a digest that no longer matches.
      if (known && (!known.provisional || isSame(known, evaluation, provisional))) continue;
      const row = {
        id,
        pspCode,
        month,
        ...evaluation,
        provisional,
        evaluatedAt: asDate(now),
        revision: (known?.revision ?? 0) + 1,
      };
      if (known) transaction.manager.assign(known, row);
      else transaction.manager.create(KpiResultRow, row);
      await parts.outbox.append(transaction, kpiEvaluated, {
        id,
        kpi: evaluation.kpi,
        pspCode,
        month,
        sample: evaluation.sample,
        faults: evaluation.faults,
        percentageHundredths: evaluation.percentage,
        thresholdHundredths: evaluation.threshold,
        outcome: evaluation.outcome,
        evidenceDigest: evaluation.evidenceDigest,
        evaluatedAt: toIso(now),
        revision: row.revision,
      });
      changed += 1;
    }
    return changed;
  });
}

function isSame(known: KpiResultRow, evaluation: Evaluation, provisional: boolean): boolean {
  return known.evidenceDigest === evaluation.evidenceDigest && known.provisional === provisional;
}
