/** Rows and events as the graph shows them. */
import { dataOf, type PlatformEvent, type Stream } from '@nodo-aperto/kernel/events';
import { eventCursor } from '@nodo-aperto/kernel/graphql';
import { fromDate, parseInstant } from '@nodo-aperto/kernel/time';
import { indicatorDrifted, kpiEvaluated, kpiMonthReopened } from '@nodo-aperto/schema/events';
import type { EvidenceItem } from '../domain/evidence.ts';
import { decimalOf } from '../domain/percentage.ts';
import { rulesOf } from '../domain/profile.ts';
import { FLOW_KPIS, KPI_TITLES, type PspKpi } from '../domain/thresholds.ts';
import type { UnitTransfer } from '../persistence/read-transfers.ts';
import type { KpiGroupResultRow, KpiResultRevisionRow, KpiResultRow } from '../persistence/tables.ts';
import type { RunningValue } from '../services/running.ts';
import type { KpiEvidenceItemType, KpiEvidenceTransferType } from './evidence-types.ts';
import type { KpiEventType, KpiGroupType, KpiResultType, KpiRevisionType } from './result-types.ts';
import type { DriftEventType, KpiRunningValueType } from './running-types.ts';

const isFlowKpi = (kpi: PspKpi): boolean => (FLOW_KPIS as readonly PspKpi[]).includes(kpi);

export function presentResult(row: KpiResultRow): KpiResultType {
  return {
    id: row.id,
    kpi: row.kpi,
    profile: row.profile,
    title: KPI_TITLES[row.kpi],
    month: row.month,
    sample: row.sample,
    faults: row.faults,
    lateAgain: isFlowKpi(row.kpi) ? row.lateAgain : null,
    percentage: decimalOf(row.percentage),
    threshold: decimalOf(row.threshold),
    outcome: row.outcome,
    judgedOutcome: row.judgedOutcome,
    provisional: row.provisional,
    evidenceDigest: row.evidenceDigest,
    evaluatedAt: fromDate(row.evaluatedAt),
    revision: row.revision,
    psp: { code: row.pspCode },
  };
}

export function presentRevision(row: KpiResultRevisionRow): KpiRevisionType {
  const { revision, sample, faults, outcome, judgedOutcome, provisional, evidenceDigest } = row;
  const percentage = decimalOf(row.percentage);
  return {
    revision,
    sample,
    faults,
    percentage,
    outcome,
    judgedOutcome,
    provisional,
    evidenceDigest,
    evaluatedAt: fromDate(row.evaluatedAt),
  };
}

export function presentGroup({ contract, psps, sample, faults, percentage, threshold, outcome }: KpiGroupResultRow): KpiGroupType {
  return {
    contract,
    pspCount: psps.length,
    sample,
    faults,
    percentage: percentage === null || percentage === undefined ? null : decimalOf(percentage),
    threshold: decimalOf(threshold),
    outcome: outcome ?? null,
  };
}

export function presentItem(result: KpiResultRow, { day, subject, fault, lateAgain }: EvidenceItem): KpiEvidenceItemType {
  const item = { day, subject, fault, lateAgain: lateAgain ?? null };
  if (!isFlowKpi(result.kpi)) {
    const [paymentToken = subject] = subject.split('@');
    return { ...item, payment: { paymentToken }, creditor: null, unit: null };
  }
  const [brokerCode = '', creditorFiscalCode = ''] = subject.split('/');
  const unit = { pspCode: result.pspCode, brokerCode, creditorFiscalCode, day, profile: result.profile };
  return { ...item, payment: null, creditor: { fiscalCode: creditorFiscalCode }, unit };
}

export function presentTransfer(unit: NonNullable<KpiEvidenceItemType['unit']>, transfer: UnitTransfer): KpiEvidenceTransferType {
  const { paymentToken, idTransfer, amount, paidAt, lines } = transfer;
  return {
    payment: { paymentToken },
    idTransfer,
    amount,
    paidAt,
    lateFrom: rulesOf(unit.profile).limitsOf(paidAt).lateFrom,
    lines: lines.map(({ name, revision, ...line }) => ({ flow: { psp: { code: unit.pspCode }, name, revision }, ...line })),
  };
}

export function presentRunning(month: string, value: RunningValue): KpiRunningValueType {
  return { ...value, month, percentage: decimalOf(value.percentage), threshold: decimalOf(value.threshold) };
}

/** An event without its result, which a resolver adds when it is asked for. */
export function presentEvent(stream: Stream, event: PlatformEvent): Omit<KpiEventType, 'result'> & { resultId: string | null } {
  const evaluated = event.name === kpiEvaluated.name;
  const { pspCode, month } = evaluated ? dataOf(kpiEvaluated, event) : dataOf(kpiMonthReopened, event);
  return {
    cursor: eventCursor(stream, event),
    id: event.id,
    name: event.name,
    at: parseInstant(event.time) ?? 0,
    traceparent: event.traceparent ?? null,
    psp: { code: pspCode },
    month,
    reason: evaluated ? null : dataOf(kpiMonthReopened, event).reason,
    resultId: evaluated ? event.subject : null,
  };
}

export function presentDrift(stream: Stream, event: PlatformEvent): DriftEventType {
  const { percentageHundredths, thresholdHundredths, previousLevel, at, ...drift } = dataOf(indicatorDrifted, event);
  return {
    cursor: eventCursor(stream, event),
    id: event.id,
    previousLevel,
    drift: {
      ...drift,
      percentage: decimalOf(percentageHundredths),
      threshold: decimalOf(thresholdHundredths),
      at: parseInstant(at) ?? 0,
    },
  };
}
