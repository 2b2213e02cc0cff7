/** Turns a month's evidence of one PSP into results, one for each KPI. Pure, so that anyone can recompute a result from the same rows. */
import { createHash } from 'node:crypto';
import { type ActivationEvidence, isLateOutcome, isMissingOutcome } from './activation.ts';
import { isAbsent, isLate, type ReportingUnit } from './reporting-unit.ts';
import { outcomeOf, type PercentageHundredths, percentageOf } from './percentage.ts';
import { COMPUTED_KPIS, type ComputedKpi, THRESHOLDS } from './thresholds.ts';

export interface MonthEvidence {
  activations: readonly ActivationEvidence[];
  units: readonly ReportingUnit[];
}

/** One thing that was counted. */
export interface EvidenceItem {
  /** The payment token, or "broker/creditor/day" of a reporting unit. */
  subject: string;
  fault: boolean;
}

export interface Evaluation {
  kpi: ComputedKpi;
  sample: number;
  faults: number;
  percentage: PercentageHundredths;
  threshold: PercentageHundredths;
  outcome: 'OK' | 'KO';
  /** SHA-256 of the ordered evidence, in hexadecimal. */
  evidenceDigest: string;
}

/** What a KPI counts in the evidence, ordered by subject. */
export function evidenceItems(kpi: ComputedKpi, evidence: MonthEvidence, now: number): EvidenceItem[] {
  return itemsOf(kpi, evidence, now).sort((one, other) => (one.subject < other.subject ? -1 : 1));
}

function itemsOf(kpi: ComputedKpi, { activations, units }: MonthEvidence, now: number): EvidenceItem[] {
  switch (kpi) {
    case 'LSPO':
      return activations.map((each) => ({ subject: each.paymentToken, fault: isLateOutcome(each) }));
    case 'DASPO':
      return activations.map((each) => ({ subject: each.paymentToken, fault: isMissingOutcome(each, now) }));
    case 'NRFDR':
      return units.map((unit) => ({ subject: subjectOf(unit), fault: isAbsent(unit, now) }));
    case 'LFDR':
      return units.map((unit) => ({ subject: subjectOf(unit), fault: isLate(unit) }));
  }
}

/** The name of a reporting unit in the evidence. */
export function subjectOf(unit: Pick<ReportingUnit, 'brokerCode' | 'creditorFiscalCode' | 'paymentDay'>): string {
  return `${unit.brokerCode}/${unit.creditorFiscalCode}/${unit.paymentDay}`;
}

/** @param now epoch milliseconds: what can still happen in time is not a fault */
export function evaluate(evidence: MonthEvidence, now: number): Evaluation[] {
  return COMPUTED_KPIS.map((kpi) => {
    const items = evidenceItems(kpi, evidence, now);
    const faults = items.filter((item) => item.fault).length;
    const percentage = percentageOf(faults, items.length);
    const threshold = THRESHOLDS[kpi];
    return {
      kpi,
      sample: items.length,
      faults,
      percentage,
      threshold,
      outcome: outcomeOf(percentage, threshold),
      evidenceDigest: digestOf(items),
    };
  });
}

function digestOf(items: readonly EvidenceItem[]): string {
  const hash = createHash('sha256');
  for (const { subject, fault } of items) hash.update(`${subject}\t${fault ? 1 : 0}\n`);
  return hash.digest('hex');
}
