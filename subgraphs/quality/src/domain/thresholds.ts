/** The eight KPIs and the share of faults above which each is KO. Source: domain facts, Reporting section 2.1, table. */
import { PSP_KPIS, type PspKpi } from '@nodo-aperto/schema/events';
import type { PercentageHundredths } from './percentage.ts';

export { PSP_KPIS, type PspKpi };

export const THRESHOLDS: Readonly<Record<PspKpi, PercentageHundredths>> = {
  NRFDR: 100,
  LFDR: 100,
  WAFDR: 100,
  WPNFDR: 100,
  TPNP: 200,
  TNSPO: 200,
  LSPO: 200,
  DASPO: 200,
};

/** The KPIs over reporting flows, which have a daily series. */
export const FLOW_KPIS = ['NRFDR', 'LFDR', 'WAFDR', 'WPNFDR'] as const satisfies readonly PspKpi[];
export type FlowKpi = (typeof FLOW_KPIS)[number];

/** What each KPI says, for people. */
export const KPI_TITLES: Readonly<Record<PspKpi, string>> = {
  NRFDR: 'Reporting flows that are missing',
  LFDR: 'Reporting flows first published late',
  WAFDR: 'Reporting flows with a wrong amount',
  WPNFDR: 'Reporting flows with a wrong number of payments',
  TPNP: 'Payment notifications answered in more than two seconds',
  TNSPO: 'Payment outcomes sent more than two seconds after the notification was accepted',
  LSPO: 'Payment outcomes sent after the token had expired',
  DASPO: 'Activations that never got an outcome',
};

/** PSPs that are not judged: the platform's own. */
const NOT_JUDGED: ReadonlySet<string> = new Set(['AGID_01']);

export function isJudged(pspCode: string): boolean {
  return !NOT_JUDGED.has(pspCode);
}
