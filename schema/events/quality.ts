/** Facts that the quality subgraph states. */
import { defineEvent } from '@nodo-aperto/kernel/events';
import { z } from 'zod';
import { audience, code, instant, revision } from './shapes.ts';

/** The eight KPIs of the Quality Improvement chapter. Source: domain facts, Reporting section 2.1. */
export const PSP_KPIS = ['NRFDR', 'LFDR', 'WAFDR', 'WPNFDR', 'TPNP', 'TNSPO', 'LSPO', 'DASPO'] as const;
export type PspKpi = (typeof PSP_KPIS)[number];

export const kpiEvaluated = defineEvent({
  name: 'kpi.evaluated',
  version: 1,
  source: 'quality',
  schema: z.object({
    id: z.string().min(1).max(80),
    kpi: z.enum(PSP_KPIS),
    pspCode: code,
    /** The month, YYYY-MM. */
    month: z.string().regex(/^\d{4}-\d{2}$/),
    sample: z.number().int().min(0),
    faults: z.number().int().min(0),
    /** Hundredths of a percent: 101 is 1.01 %. */
    percentageHundredths: z.number().int().min(0),
    thresholdHundredths: z.number().int().min(0),
    outcome: z.enum(['OK', 'KO']),
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
