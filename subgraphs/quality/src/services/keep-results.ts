/** Keeps the results of one PSP and month, what they were before, and states those that changed. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { asDate, fromDate, toIso } from '@nodo-aperto/kernel/time';
import { kpiEvaluated } from '@nodo-aperto/schema/events';
import type { Evaluation } from '../domain/evaluate.ts';
import type { Month } from '../domain/month.ts';
import type { KpiProfile } from '../domain/profile.ts';
import { KpiResultRevisionRow, KpiResultRow, resultId } from '../persistence/tables.ts';

export interface ResultSubject {
  pspCode: string;
  month: Month;
  profile: KpiProfile;
  contract: string | null;
  provisional: boolean;
  now: number;
}

/** @returns how many results were made or changed */
export async function keepResults(
  transaction: Transaction,
  outbox: Outbox,
  { now, ...subject }: ResultSubject,
  evaluations: readonly Evaluation[],
): Promise<number> {
  const ids = evaluations.map(({ kpi }) => resultId(kpi, subject.pspCode, subject.month, subject.profile));
  const known = new Map((await transaction.manager.find(KpiResultRow, { id: { $in: ids } })).map((row) => [row.id, row]));
  let changed = 0;
  for (const [index, evaluation] of evaluations.entries()) {
    const id = ids[index] as string;
    const before = known.get(id);
    if (before && isSame(before, evaluation, subject)) continue;
    // A contract's outcome holds until the contract is judged again.
    const judgedOutcome =
      before && before.contract === subject.contract && subject.contract !== null ? before.judgedOutcome : evaluation.outcome;
    const row = { id, ...subject, ...evaluation, judgedOutcome, evaluatedAt: asDate(now), revision: (before?.revision ?? 0) + 1 };
    if (before) {
      noteHistory(transaction, before);
      transaction.manager.assign(before, row);
    }
    const kept = before ?? transaction.manager.create(KpiResultRow, row);
    await stateResult(transaction, outbox, kept);
    changed += 1;
  }
  await transaction.manager.flush();
  return changed;
}

/** A result takes another judged outcome from its contract. @returns whether it did */
export async function judgeResult(transaction: Transaction, outbox: Outbox, row: KpiResultRow, outcome: 'OK' | 'KO'): Promise<boolean> {
  if (row.judgedOutcome === outcome) return false;
  noteHistory(transaction, row);
  transaction.manager.assign(row, { judgedOutcome: outcome, revision: row.revision + 1 });
  await stateResult(transaction, outbox, row);
  return true;
}

function noteHistory(transaction: Transaction, row: KpiResultRow): void {
  const { id, revision, sample, faults, percentage, outcome, judgedOutcome, evidenceDigest, provisional, evaluatedAt } = row;
  transaction.manager.create(KpiResultRevisionRow, {
    id,
    revision,
    sample,
    faults,
    percentage,
    outcome,
    judgedOutcome,
    evidenceDigest,
    provisional,
    evaluatedAt,
  });
}

async function stateResult(transaction: Transaction, outbox: Outbox, row: KpiResultRow): Promise<void> {
  await outbox.append(transaction, kpiEvaluated, {
    id: row.id,
    kpi: row.kpi,
    pspCode: row.pspCode,
    month: row.month,
    profile: row.profile,
    sample: row.sample,
    faults: row.faults,
    percentageHundredths: row.percentage,
    thresholdHundredths: row.threshold,
    outcome: row.outcome,
    judgedOutcome: row.judgedOutcome,
    provisional: row.provisional,
    evidenceDigest: row.evidenceDigest,
    evaluatedAt: toIso(fromDate(row.evaluatedAt)),
    revision: row.revision,
  });
}

function isSame(known: KpiResultRow, evaluation: Evaluation, { provisional, contract }: Omit<ResultSubject, 'now'>): boolean {
  return known.evidenceDigest === evaluation.evidenceDigest && known.provisional === provisional && known.contract === contract;
}
