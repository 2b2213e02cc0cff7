/** The enums of the quality subgraph. */
import { registerEnumType } from 'type-graphql';

export const KPI = {
  NRFDR: 'NRFDR',
  LFDR: 'LFDR',
  WAFDR: 'WAFDR',
  WPNFDR: 'WPNFDR',
  TPNP: 'TPNP',
  TNSPO: 'TNSPO',
  LSPO: 'LSPO',
  DASPO: 'DASPO',
} as const;
registerEnumType(KPI, {
  name: 'PspKpi',
  description: 'KPIs of the Quality Improvement programme for PSPs.',
  valuesConfig: {
    NRFDR: { description: 'Reporting flows that are missing.' },
    LFDR: { description: 'Reporting flows first published late.' },
    WAFDR: { description: 'Reporting flows with a wrong amount.' },
    WPNFDR: { description: 'Reporting flows with a wrong number of payments.' },
    TPNP: { description: 'Payment notifications answered in more than two seconds.' },
    TNSPO: { description: 'Payment outcomes sent more than two seconds after the notification was accepted.' },
    LSPO: { description: 'Payment outcomes sent after the token had expired.' },
    DASPO: { description: 'Activations that never got an outcome.' },
  },
});

export const FLOW_KPI = { NRFDR: 'NRFDR', LFDR: 'LFDR', WAFDR: 'WAFDR', WPNFDR: 'WPNFDR' } as const;
registerEnumType(FLOW_KPI, {
  name: 'FlowKpi',
  description: 'KPIs over reporting flows, which have a daily series.',
  valuesConfig: {
    NRFDR: { description: 'Missing.' },
    LFDR: { description: 'First published late.' },
    WAFDR: { description: 'Wrong amount.' },
    WPNFDR: { description: 'Wrong number of payments.' },
  },
});

export const KPI_OUTCOME = { OK: 'OK', KO: 'KO' } as const;
registerEnumType(KPI_OUTCOME, {
  name: 'KpiOutcome',
  description: 'Whether a KPI keeps within its threshold.',
  valuesConfig: { OK: { description: 'Within the threshold; equality passes.' }, KO: { description: 'Above the threshold.' } },
});

export const PROFILE = { DOCUMENTS: 'DOCUMENTS', PIPELINE: 'PIPELINE' } as const;
registerEnumType(PROFILE, {
  name: 'KpiProfile',
  description: 'A reading of the KPI rules, where the official documents and the official pipeline’s code differ.',
  valuesConfig: {
    DOCUMENTS: { description: 'As the documents say; the one that counts unless another is asked for.' },
    PIPELINE: { description: 'As the code of the official pipeline computes.' },
  },
});

export const MONTH_STATE = { OPEN: 'OPEN', FINAL: 'FINAL', REOPENED: 'REOPENED' } as const;
registerEnumType(MONTH_STATE, {
  name: 'KpiMonthState',
  description: 'Whether the results of a PSP’s month are final.',
  valuesConfig: {
    OPEN: { description: 'The evaluation day has not come.' },
    FINAL: { description: 'Evaluated on or after its day.' },
    REOPENED: { description: 'A fact came after the final evaluation; the results will be computed again.' },
  },
});

export const DRIFT_LEVEL = { WITHIN: 'WITHIN', NEAR: 'NEAR', EXCEEDED: 'EXCEEDED' } as const;
registerEnumType(DRIFT_LEVEL, {
  name: 'DriftLevel',
  description: 'How a running value stands to its threshold.',
  valuesConfig: {
    WITHIN: { description: 'Below four fifths of the threshold.' },
    NEAR: { description: 'From four fifths of the threshold on.' },
    EXCEEDED: { description: 'Above the threshold.' },
  },
});

export const DRIFT_KIND = { PSP: 'PSP', STATION: 'STATION' } as const;
registerEnumType(DRIFT_KIND, {
  name: 'DriftKind',
  description: 'What an indicator is of.',
  valuesConfig: { PSP: { description: 'A KPI of a PSP.' }, STATION: { description: 'How a creditor’s station answers.' } },
});
