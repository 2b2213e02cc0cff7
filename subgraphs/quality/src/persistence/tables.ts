/** Results as the object mapper sees them; evidence is read and written by statements of its own. */
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { ComputedKpi } from '../domain/thresholds.ts';

const KpiResultSchema = defineEntity({
  name: 'KpiResult',
  tableName: 'kpi_result',
  properties: {
    /** `<kpi>:<psp>:<month>` */
    id: p.string().primary(),
    kpi: p.string().$type<ComputedKpi>(),
    pspCode: p.string(),
    month: p.string(),
    sample: p.integer(),
    faults: p.integer(),
    /** Hundredths of a percent. */
    percentage: p.integer(),
    threshold: p.integer(),
    outcome: p.string().$type<'OK' | 'KO'>(),
    evidenceDigest: p.string(),
    /** Whether it may still change because the month's evaluation day has not come. */
    provisional: p.boolean(),
    evaluatedAt: p.datetime(),
    revision: p.integer(),
  },
});
export class KpiResultRow extends KpiResultSchema.class {}
KpiResultSchema.setClass(KpiResultRow);

export const entities = [KpiResultRow];
