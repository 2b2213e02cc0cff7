/** The share of faults above which a KPI is KO, in hundredths of a percent. Source: domain facts, Reporting section 2.1, table. */
import type { PspKpi } from '@nodo-aperto/schema/events';
import type { PercentageHundredths } from './percentage.ts';

/** The KPIs that the facts of this platform allow to compute. */
export const COMPUTED_KPIS = ['NRFDR', 'LFDR', 'LSPO', 'DASPO'] as const satisfies readonly PspKpi[];
export type ComputedKpi = (typeof COMPUTED_KPIS)[number];

export const THRESHOLDS: Readonly<Record<ComputedKpi, PercentageHundredths>> = { NRFDR: 100, LFDR: 100, LSPO: 200, DASPO: 200 };

/** What each KPI says, for people. */
export const KPI_TITLES: Readonly<Record<ComputedKpi, string>> = {
  NRFDR: 'Reporting flows that are missing',
  LFDR: 'Reporting flows first published late',
  LSPO: 'Payment outcomes sent after the token had expired',
  DASPO: 'Activations that never got an outcome',
};
