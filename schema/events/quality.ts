/** Facts that the quality subgraph states. */
import { defineEvent } from '@nodo-aperto/kernel/events';
import { z } from 'zod';
import { audience, code, instant, revision } from './shapes.ts';

/** The eight KPIs of the Quality Improvement chapter. Source: domain facts, Reporting section 2.1. */
export const PSP_KPIS = ['NRFDR', 'LFDR', 'WAFDR', 'WPNFDR', 'TPNP', 'TNSPO', 'LSPO', 'DASPO'] as const;
export type PspKpi = (typeof PSP_KPIS)[number];

/** The readings of the rules: the official documents' and the official pipeline's. */
const KPI_EVENT_PROFILES = ['DOCUMENTS', 'PIPELINE'] as const;
const month = z.string().regex(/^\d{4}-\d{2}$/);

export const kpiEvaluated = defineEvent({
  name: 'kpi.evaluated',
  version: 1,
  source: 'quality',
  schema: z.object({
    id: z.string().min(1).max(90),
    kpi: z.enum(PSP_KPIS),
    pspCode: code,
    /** The month, YYYY-MM. */
    month,
    sample: z.number().int().min(0),
    faults: z.number().int().min(0),
    /** Hundredths of a percent: 101 is 1.01 %. */
    percentageHundredths: z.number().int().min(0),
    thresholdHundredths: z.number().int().min(0),
    outcome: z.enum(['OK', 'KO']),
    /** Which reading of the rules; absent: DOCUMENTS. */
    profile: z.enum(KPI_EVENT_PROFILES).optional(),
    /** The outcome that counts when the PSP is judged together with the others of its contract; absent: `outcome`. */
    judgedOutcome: z.enum(['OK', 'KO']).optional(),
    /** Whether the result may still change by itself; absent: not told. */
    provisional: z.boolean().optional(),
    /** SHA-256 of the evidence that the result was computed from. */
    evidenceDigest: z.string().regex(/^[0-9a-f]{64}$/),
    evaluatedAt: instant,
    revision,
  }),
  describes: 'A KPI of a PSP was computed for a month.',
  entityKey: (result) => result.id,
  revision: (result) => result.revision,
  audience: (result) => [audience.psp(result.pspCode)],
});

export const kpiMonthReopened = defineEvent({
  name: 'kpi.month-reopened',
  version: 1,
  source: 'quality',
  schema: z.object({
    pspCode: code,
    month,
    /** What came late. */
    reason: z.string().min(1).max(200),
    at: instant,
    /** How often the month was opened again. */
    revision,
  }),
  describes: 'A fact came after the final evaluation of a PSP’s month: its results will be computed again.',
  entityKey: (reopened) => `${reopened.pspCode}/${reopened.month}`,
  revision: (reopened) => reopened.revision,
  audience: (reopened) => [audience.psp(reopened.pspCode)],
});

/** What may drift: a KPI of a PSP, or the share of a station's answers that take more than two seconds. */
const DRIFT_KINDS = ['PSP', 'STATION'] as const;
export const STATION_INDICATOR = 'ANSWERS_OVER_2S';

export const indicatorDrifted = defineEvent({
  name: 'indicator.drifted',
  version: 1,
  source: 'quality',
  schema: z.object({
    kind: z.enum(DRIFT_KINDS),
    /** Code of the PSP or of the station. */
    code,
    /** Of a station: its broker. */
    brokerCode: code.optional(),
    /** A KPI, or ANSWERS_OVER_2S of a station. */
    indicator: z.string().min(1).max(35),
    month,
    level: z.enum(['WITHIN', 'NEAR', 'EXCEEDED']),
    previousLevel: z.enum(['WITHIN', 'NEAR', 'EXCEEDED']),
    sample: z.number().int().min(0),
    faults: z.number().int().min(0),
    percentageHundredths: z.number().int().min(0),
    thresholdHundredths: z.number().int().min(0),
    /** How many more faults the present sample bears; negative when the threshold is exceeded. */
    faultsLeft: z.number().int(),
    at: instant,
    revision,
  }),
  describes: 'The running value of the month of a PSP or a station came near its threshold, exceeded it, or came back.',
  entityKey: (drift) => `${drift.kind}/${drift.code}/${drift.indicator}/${drift.month}`,
  revision: (drift) => drift.revision,
  audience: (drift) => {
    if (drift.kind === 'PSP') return [audience.psp(drift.code)];
    // A creditor that connects itself is its own broker.
    return drift.brokerCode === undefined ? [] : [audience.broker(drift.brokerCode), `EC:${drift.brokerCode}`];
  },
});
