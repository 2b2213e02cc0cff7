/** How each kind of module decides on the records of a period. Source: domain facts, Reporting section 2.2, table. */
import type { ModuleConfiguration } from './configuration.ts';
import { MODULES, type ModuleRule, type PartnerModule } from './modules.ts';
import { type Share, shareOf, shareOfPercent } from './share.ts';
import type { PartnerRecord } from './shutdown.ts';

/** What a period comes to. */
export interface ModuleFigure {
  part: number;
  whole: number;
  /** Absent where the rule has none, or without data. */
  share?: Share;
  outcome: 'OK' | 'KO';
}

/** @returns undefined when only a person decides */
export function decide(
  module: PartnerModule,
  records: readonly PartnerRecord[],
  configuration: ModuleConfiguration,
): ModuleFigure | undefined {
  const { rule, states } = MODULES[module];
  const counted = states ? latestOfEach(records) : records;
  const limit = shareOfPercent(configuration.eligibilityThreshold) + shareOfPercent(configuration.tolerance);
  switch (rule.kind) {
    case 'SHARE_AT_MOST':
      return shareAtMost(sumOf(counted), limit, rule);
    case 'SHARE_AT_LEAST':
      return shareAtLeast(sumOf(counted), configuration, rule);
    case 'SLOW_SHARE_AT_MOST': {
      const slow = counted.filter(({ part, whole }) => part > configuration.averageTimeLimit * whole);
      return shareAtMost({ part: sumOf(slow).whole, whole: sumOf(counted).whole }, limit, { decimals: 5, withoutData: 'OK' });
    }
    case 'COUNT_AT_MOST': {
      const totals = sumOf(counted);
      return { ...totals, outcome: totals.part > configuration.eligibilityThreshold ? 'KO' : 'OK' };
    }
    case 'SIZE':
      return size(counted, configuration);
    case 'COMPLYING_CREDITORS':
      return complyingCreditors(counted, configuration);
    case 'REACHED_CREDITORS':
      return reachedCreditors(counted, configuration);
    case 'MANUAL':
      return undefined;
  }
}

interface Totals {
  part: number;
  whole: number;
}

function sumOf(records: readonly Totals[]): Totals {
  return records.reduce((sum, { part, whole }) => ({ part: sum.part + part, whole: sum.whole + whole }), { part: 0, whole: 0 });
}

function latestOfEach(records: readonly PartnerRecord[]): PartnerRecord[] {
  const latest = new Map<string, PartnerRecord>();
  for (const record of records) {
    const known = latest.get(record.subject);
    if (!known || record.from >= known.from) latest.set(record.subject, record);
  }
  return [...latest.values()];
}

function bySubject(records: readonly PartnerRecord[]): Totals[] {
  const subjects = new Map<string, PartnerRecord[]>();
  for (const record of records) subjects.set(record.subject, [...(subjects.get(record.subject) ?? []), record]);
  return [...subjects.values()].map(sumOf);
}

function shareAtMost(
  totals: Totals,
  limit: Share,
  { decimals, withoutData }: Omit<Extract<ModuleRule, { kind: 'SHARE_AT_MOST' }>, 'kind'>,
): ModuleFigure {
  if (totals.whole === 0) return { ...totals, outcome: withoutData };
  const share = shareOf(totals.part, totals.whole, decimals);
  return { ...totals, share, outcome: share > limit ? 'KO' : 'OK' };
}

function shareAtLeast(
  totals: Totals,
  { tolerance }: ModuleConfiguration,
  { withoutData }: Extract<ModuleRule, { kind: 'SHARE_AT_LEAST' }>,
): ModuleFigure {
  if (totals.whole === 0) return { ...totals, outcome: withoutData };
  const share = shareOf(totals.part, totals.whole, 5);
  return { ...totals, share, outcome: share >= shareOfPercent(100 - tolerance) ? 'OK' : 'KO' };
}

/** More creditors than the count, or transactions up to the count; each may fall short by a share. Part is creditors, whole transactions. */
function size(records: readonly PartnerRecord[], configuration: ModuleConfiguration): ModuleFigure {
  const creditors = new Set(records.map(({ subject }) => subject)).size;
  const transactions = sumOf(records).whole;
  const enough =
    isReached(creditors, configuration.institutionCount + 1, configuration.institutionTolerance) ||
    isReached(transactions, configuration.transactionCount, configuration.transactionTolerance);
  return { part: creditors, whole: transactions, outcome: enough ? 'OK' : 'KO' };
}

function isReached(actual: number, wanted: number, tolerance: number): boolean {
  return actual >= wanted || shareOf(wanted - actual, wanted, 5) <= shareOfPercent(tolerance);
}

/** A creditor without positions complies. Part is complying creditors, whole all. */
function complyingCreditors(records: readonly PartnerRecord[], configuration: ModuleConfiguration): ModuleFigure {
  const creditors = bySubject(records);
  const complying = creditors.filter(
    ({ part, whole }) => whole === 0 || shareOf(part, whole, 5) >= shareOfPercent(configuration.notificationTolerance),
  ).length;
  const totals = { part: complying, whole: creditors.length };
  if (totals.whole === 0) return { ...totals, outcome: 'OK' };
  const share = shareOf(totals.part, totals.whole, 5);
  return { ...totals, share, outcome: share >= shareOfPercent(configuration.institutionTolerance) ? 'OK' : 'KO' };
}

/** Creditors with any notification, and notifications by payments, at most all of them. Part is notifications, whole payments. */
function reachedCreditors(records: readonly PartnerRecord[], configuration: ModuleConfiguration): ModuleFigure {
  const creditors = bySubject(records);
  const totals = sumOf(creditors);
  if (creditors.length === 0) return { ...totals, outcome: 'OK' };
  const reached = shareOf(creditors.filter(({ part }) => part > 0).length, creditors.length, 5);
  const share = totals.whole === 0 ? shareOfPercent(100) : Math.min(shareOfPercent(100), shareOf(totals.part, totals.whole, 5));
  const enough =
    reached >= shareOfPercent(configuration.institutionTolerance) && share >= shareOfPercent(configuration.notificationTolerance);
  return { ...totals, share, outcome: enough ? 'OK' : 'KO' };
}
