/** Rows and events as the graph shows them. */
import { type PlatformEvent, type Stream } from '@nodo-aperto/kernel/events';
import { eventCursor } from '@nodo-aperto/kernel/graphql';
import { fromDate, parseInstant } from '@nodo-aperto/kernel/time';
import { KPI_TITLES } from '../domain/thresholds.ts';
import type { KpiResultRow } from '../persistence/tables.ts';
import type { KpiEventType, KpiResultType } from './types.ts';

export function presentResult(row: KpiResultRow): KpiResultType {
  return {
    id: row.id,
    kpi: row.kpi,
    title: KPI_TITLES[row.kpi],
    month: row.month,
    sample: row.sample,
    faults: row.faults,
    percentage: decimal(row.percentage),
    threshold: decimal(row.threshold),
    outcome: row.outcome,
    provisional: row.provisional,
    evidenceDigest: row.evidenceDigest,
    evaluatedAt: fromDate(row.evaluatedAt),
    revision: row.revision,
    psp: { code: row.pspCode },
  };
}

/** An event without its result, which a resolver adds when it is asked for. */
export function presentEvent(stream: Stream, event: PlatformEvent): Omit<KpiEventType, 'result'> & { resultId: string } {
  return {
    cursor: eventCursor(stream, event),
    id: event.id,
    name: event.name,
    at: parseInstant(event.time) ?? 0,
    traceparent: event.traceparent ?? null,
    resultId: event.subject,
  };
}

function decimal(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
}
