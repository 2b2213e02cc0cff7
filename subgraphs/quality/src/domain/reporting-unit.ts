/**
 * What the FdR KPIs count: a unit is a distinct (PSP, broker, creditor of the transfer) on a day of payments. Flows are matched by IUV,
 * creditor, IUR and amount. Source: domain facts, Reporting section 2.1 (FdR unit) and 1.7 (due day).
 */
import type { ProfileRules } from './profile.ts';

/** A transfer of a booked payment and what published flows say of it. Instants are epoch milliseconds. */
export interface TransferEvidence {
  paymentToken: string;
  idTransfer: number;
  /** Euro cents. */
  amount: number;
  paidAt: number;
  /** When a flow first reported it, with the right amount, in whatever revision. */
  firstReportedAt?: number;
  /** When the revision was published that reports it now; absent when none does, or when the latest revision no longer does. */
  reportedAt?: number;
  /** How many lines in force are about it, whatever amount they say, and the sum of what they say. */
  lines: number;
  reportedAmount: number;
}

export interface ReportingUnit {
  brokerCode: string;
  creditorFiscalCode: string;
  /** YYYY-MM-DD, Italian time. */
  paymentDay: string;
  transfers: readonly TransferEvidence[];
  /** Lines in force that say they are of this creditor and day, but match no payment of the PSP; and the sum of their amounts. */
  strayLines: number;
  strayAmount: number;
}

/**
 * Rule of NRFDR: the unit is absent when any of its transfers is in no flow after its limit, or came into one, first or by a replacement,
 * when its day was closed. While the limit has not passed nothing is missing yet.
 */
export function isAbsent(unit: ReportingUnit, rules: ProfileRules, now: number): boolean {
  return unit.transfers.some((transfer) => isTransferAbsent(transfer, rules, now));
}

function isTransferAbsent({ paidAt, reportedAt }: TransferEvidence, rules: ProfileRules, now: number): boolean {
  const { lateFrom, closedFrom } = rules.limitsOf(paidAt);
  if (reportedAt === undefined) return lateFrom <= now;
  return closedFrom !== undefined && reportedAt >= closedFrom;
}

/** Rule of LFDR: the unit is late when a transfer that counts as reported was first reported after its limit. What is absent is not late. */
export function isLate(unit: ReportingUnit, rules: ProfileRules, now: number): boolean {
  return unit.transfers.some((transfer) => {
    const { firstReportedAt, reportedAt, paidAt } = transfer;
    if (firstReportedAt === undefined || reportedAt === undefined || isTransferAbsent(transfer, rules, now)) return false;
    return firstReportedAt >= rules.limitsOf(paidAt).lateFrom;
  });
}

/** Late v2: the report in force came too late. It is shown beside LFDR and does not count in it. */
export function isLateAgain(unit: ReportingUnit, rules: ProfileRules, now: number): boolean {
  return unit.transfers.some((transfer) => {
    const { firstReportedAt, reportedAt, paidAt } = transfer;
    if (reportedAt === undefined || isTransferAbsent(transfer, rules, now)) return false;
    if (rules.lateAgainNeedsReplacement && firstReportedAt === reportedAt) return false;
    return reportedAt >= rules.limitsOf(paidAt).lateAgainFrom;
  });
}

/**
 * Rule of WAFDR and WPNFDR: of a unit that is reported at all, the lines in force must say the amount and the number of its transfers. A
 * transfer that is neither reported nor due is not expected yet. A unit without any line is absent, not wrong.
 */
export function hasWrongAmount(unit: ReportingUnit, rules: ProfileRules, now: number): boolean {
  const { lines, amount, expectedAmount } = totalsOf(unit, rules, now);
  return lines > 0 && amount !== expectedAmount;
}

export function hasWrongNumber(unit: ReportingUnit, rules: ProfileRules, now: number): boolean {
  const { lines, expectedLines } = totalsOf(unit, rules, now);
  return lines > 0 && lines !== expectedLines;
}

export interface UnitTotals {
  /** What flows in force say. */
  lines: number;
  amount: number;
  /** What payments call for. */
  expectedLines: number;
  expectedAmount: number;
}

function totalsOf(unit: ReportingUnit, rules: ProfileRules, now: number): UnitTotals {
  const totals = { lines: unit.strayLines, amount: unit.strayAmount, expectedLines: 0, expectedAmount: 0 };
  for (const transfer of unit.transfers) {
    totals.lines += transfer.lines;
    totals.amount += transfer.reportedAmount;
    if (transfer.lines === 0 && rules.limitsOf(transfer.paidAt).lateFrom > now) continue;
    totals.expectedLines += 1;
    totals.expectedAmount += transfer.amount;
  }
  return totals;
}
