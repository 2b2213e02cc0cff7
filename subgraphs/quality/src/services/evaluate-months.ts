/** Computes and keeps the KPIs of every PSP. Running it again changes nothing unless the evidence has changed. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { Directory, DirectoryEntry } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { JobSummary } from '@nodo-aperto/kernel/jobs';
import type { Clock } from '@nodo-aperto/kernel/time';
import { latestDueMonth, type Month, provisionalMonths } from '../domain/month.ts';
import { KPI_PROFILES } from '../domain/profile.ts';
import { isJudged } from '../domain/thresholds.ts';
import { closeMonth, lockState, monthsToEvaluate, type TouchedMonth } from '../persistence/evidence-months.ts';
import { computeMonth } from './compute-month.ts';
import { inPages, judgedPsps } from './in-pages.ts';
import { judgeGroups } from './judge-groups.ts';
import { keepResults } from './keep-results.ts';

const AT_A_TIME = 100;

export interface EvaluationParts {
  database: Database;
  outbox: Outbox;
  clock: Clock;
  directory: Pick<Directory, 'list' | 'psp'>;
}

/**
 * Evaluates every month whose evaluation day has come and that is not final: last month's on the 10th, and those that late facts have opened
 * again.
 * @param forced whether an operator asked: months that are not due are taken as they stand, and stay provisional
 * @returns how many results were made or changed
 */
export async function evaluateMonths(parts: EvaluationParts, forced: boolean, signal: AbortSignal): Promise<JobSummary> {
  const now = parts.clock.now();
  const due = latestDueMonth(now);
  const provisional = forced ? provisionalMonths(now) : [];
  for (const month of [due, ...provisional]) await noteKnownPsps(parts, month, signal);
  let changed = 0;
  const months = new Set<Month>();
  for await (const each of inPages<TouchedMonth>(AT_A_TIME, (after) => monthsToEvaluate(parts.database, due, after, AT_A_TIME))) {
    signal.throwIfAborted();
    changed += await evaluatePsp(parts, each, false, signal);
    months.add(each.month);
  }
  for (const month of provisional) {
    for await (const pspCode of judgedPsps(parts.database, month)) {
      signal.throwIfAborted();
      changed += await evaluatePsp(parts, { pspCode, month }, true, signal);
    }
    months.add(month);
  }
  for (const month of months) changed += await judgeGroups(parts, month, signal);
  const names = [...months].sort();
  return {
    processed: changed,
    detail: names.length === 0 ? 'No month is due that has not been evaluated.' : `Evaluated ${names.join(' and ')}.`,
  };
}

/** A PSP without any evidence has results as well: samples of nothing, within every threshold. */
async function noteKnownPsps({ database, directory, clock }: EvaluationParts, month: Month, signal: AbortSignal): Promise<void> {
  const known = inPages<DirectoryEntry<'psp'>>(AT_A_TIME, (after) =>
    directory.list('psp', { first: AT_A_TIME, ...(after && { after: after.code }) }),
  );
  for await (const { code, data } of known) {
    signal.throwIfAborted();
    if (data.enabled && isJudged(code))
      await database.transaction((transaction) => lockState(transaction, code, month, 'share', clock.now()));
  }
}

async function evaluatePsp(
  parts: EvaluationParts,
  { pspCode, month }: TouchedMonth,
  provisional: boolean,
  signal: AbortSignal,
): Promise<number> {
  if (!isJudged(pspCode)) {
    await parts.database.transaction((transaction) => closeMonth(transaction, pspCode, month, parts.clock.now()));
    return 0;
  }
  const { contract } = (await parts.directory.psp(pspCode)) ?? {};
  return parts.database.transaction(async (transaction) => {
    const now = parts.clock.now();
    const state = await lockState(transaction, pspCode, month, 'update', now);
    if (state === 'FINAL') return 0;
    const results = await computeMonth(
      transaction,
      { pspCode, month },
      KPI_PROFILES.map((profile) => ({ profile, now })),
      signal,
    );
    const subject = { pspCode, month, contract: contract ?? null, provisional, now };
    let changed = 0;
    for (const [index, profile] of KPI_PROFILES.entries()) {
      changed += await keepResults(transaction, parts.outbox, { ...subject, profile }, results[index] ?? []);
    }
    if (!provisional) await closeMonth(transaction, pspCode, month, now);
    return changed;
  });
}
