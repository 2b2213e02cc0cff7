/** What each KPI counts in the evidence of a day, and the digest by which anyone can tell that it was this evidence. */
import { createHash } from 'node:crypto';
import { type ActivationEvidence, isLateOutcome, isMissingOutcome } from './activation.ts';
import { isSlowAnswer, isSlowOutcome, type NotifyEvidence, wasFollowed } from './notify.ts';
import { type KpiProfile, rulesOf } from './profile.ts';
import { hasWrongAmount, hasWrongNumber, isAbsent, isLate, isLateAgain, type ReportingUnit } from './reporting-unit.ts';
import type { PspKpi } from './thresholds.ts';

/** Everything that is known of one PSP on one day (Italian time). */
export interface DayEvidence {
  /** YYYY-MM-DD */
  day: string;
  activations: readonly ActivationEvidence[];
  units: readonly ReportingUnit[];
  notifies: readonly NotifyEvidence[];
}

/** One thing that was counted. */
export interface EvidenceItem {
  day: string;
  /** The payment token, or "broker/creditor/day" of a reporting unit. */
  subject: string;
  fault: boolean;
  /** Of reporting units: whether the report in force came too late (late v2). */
  lateAgain?: boolean;
  /** The figures that decided, in a form of their own. */
  facts: string;
}

export interface Reading {
  profile: KpiProfile;
  /** Epoch milliseconds: what can still happen in time is not a fault. */
  now: number;
}

/** What a KPI counts on a day, ordered by subject. */
export function evidenceItems(kpi: PspKpi, evidence: DayEvidence, reading: Reading): EvidenceItem[] {
  return itemsOf(kpi, evidence, reading).sort((one, other) => (one.subject < other.subject ? -1 : 1));
}

function itemsOf(kpi: PspKpi, { day, activations, units, notifies }: DayEvidence, { profile, now }: Reading): EvidenceItem[] {
  const rules = rulesOf(profile);
  const ofActivations = (isFault: (activation: ActivationEvidence) => boolean): EvidenceItem[] =>
    activations.map((each) => ({ day, subject: each.paymentToken, fault: isFault(each), facts: activationFacts(each) }));
  const ofUnits = (isFault: typeof isAbsent): EvidenceItem[] =>
    units.map((unit) => ({
      day,
      subject: subjectOf(unit),
      fault: isFault(unit, rules, now),
      lateAgain: isLateAgain(unit, rules, now),
      facts: unitFacts(unit),
    }));
  switch (kpi) {
    case 'LSPO':
      return ofActivations(isLateOutcome);
    case 'DASPO':
      return ofActivations((activation) => isMissingOutcome(activation, now));
    case 'NRFDR':
      return ofUnits(isAbsent);
    case 'LFDR':
      return ofUnits(isLate);
    case 'WAFDR':
      return ofUnits(hasWrongAmount);
    case 'WPNFDR':
      return ofUnits(hasWrongNumber);
    case 'TPNP':
      return notifies.map((each) => ({ day, subject: notifySubject(each), fault: isSlowAnswer(each, rules), facts: notifyFacts(each) }));
    case 'TNSPO':
      return notifies
        .filter(wasFollowed)
        .map((each) => ({ day, subject: notifySubject(each), fault: isSlowOutcome(each, rules), facts: notifyFacts(each) }));
  }
}

/** The name of a reporting unit in the evidence. */
function subjectOf(unit: Pick<ReportingUnit, 'brokerCode' | 'creditorFiscalCode' | 'paymentDay'>): string {
  return `${unit.brokerCode}/${unit.creditorFiscalCode}/${unit.paymentDay}`;
}

/** A notification may be repeated: the instant tells one from another. */
function notifySubject({ paymentToken, at }: NotifyEvidence): string {
  return `${paymentToken}@${at}`;
}

function activationFacts({ activatedAt, expiresAt, cancelled, outcomeReceived, late, answeredExpired }: ActivationEvidence): string {
  return [activatedAt, expiresAt, cancelled, outcomeReceived, late, answeredExpired].map(Number).join(' ');
}

function notifyFacts({ durationMs, outcome, outcomeAt }: NotifyEvidence): string {
  return `${durationMs} ${outcome} ${outcomeAt ?? '-'}`;
}

function unitFacts({ transfers, strayLines, strayAmount }: ReportingUnit): string {
  const lines = transfers
    .map(({ paymentToken, idTransfer, amount, paidAt, firstReportedAt, reportedAt, lines: count, reportedAmount }) =>
      [paymentToken, idTransfer, amount, paidAt, firstReportedAt ?? '-', reportedAt ?? '-', count, reportedAmount].join(' '),
    )
    .sort();
  return [`${strayLines} ${strayAmount}`, ...lines].join(';');
}

/** The digest of the things that a KPI counted, fed day by day in their order. */
export interface EvidenceDigest {
  add(items: readonly EvidenceItem[]): void;
  /** SHA-256, in hexadecimal. Ends the digest. */
  end(): string;
}

export function evidenceDigest(kpi: PspKpi, profile: KpiProfile): EvidenceDigest {
  const hash = createHash('sha256').update(`${kpi} ${profile}\n`);
  return {
    add(items) {
      for (const { day, subject, fault, facts } of items) hash.update(`${day}\t${subject}\t${fault ? 1 : 0}\t${facts}\n`);
    },
    end: () => hash.digest('hex'),
  };
}
