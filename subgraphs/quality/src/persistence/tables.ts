/** Results as the object mapper sees them; evidence is read and written by statements of its own. */
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { KpiProfile } from '../domain/profile.ts';
import type { PspKpi } from '../domain/thresholds.ts';

const KpiResultSchema = defineEntity({
  name: 'KpiResult',
  tableName: 'kpi_result',
  properties: {
    /** `<kpi>:<psp>:<month>`, and `:PIPELINE` for the pipeline's reading. */
    id: p.string().primary(),
    kpi: p.string().$type<PspKpi>(),
    profile: p.string().$type<KpiProfile>(),
    pspCode: p.string(),
    month: p.string(),
    sample: p.integer(),
    faults: p.integer(),
    /** Of KPIs over flows: reports in force that came too late (late v2). */
    lateAgain: p.integer(),
    /** Hundredths of a percent. */
    percentage: p.integer(),
    threshold: p.integer(),
    outcome: p.string().$type<'OK' | 'KO'>(),
    /** The contract with whose PSPs it is judged together. */
    contract: p.string().nullable(),
    /** The outcome that counts: the contract's where there is one. */
    judgedOutcome: p.string().$type<'OK' | 'KO'>(),
    evidenceDigest: p.string(),
    /** Whether it may still change because the month's evaluation day has not come. */
    provisional: p.boolean(),
    evaluatedAt: p.datetime(),
    revision: p.integer(),
  },
});
export class KpiResultRow extends KpiResultSchema.class {}
KpiResultSchema.setClass(KpiResultRow);

const KpiResultRevisionSchema = defineEntity({
  name: 'KpiResultRevision',
  tableName: 'kpi_result_revision',
  properties: {
    id: p.string().primary(),
    revision: p.integer().primary(),
    sample: p.integer(),
    faults: p.integer(),
    percentage: p.integer(),
    outcome: p.string().$type<'OK' | 'KO'>(),
    judgedOutcome: p.string().$type<'OK' | 'KO'>(),
    evidenceDigest: p.string(),
    provisional: p.boolean(),
    evaluatedAt: p.datetime(),
  },
});
/** What a result was before it changed. */
export class KpiResultRevisionRow extends KpiResultRevisionSchema.class {}
KpiResultRevisionSchema.setClass(KpiResultRevisionRow);

const KpiGroupResultSchema = defineEntity({
  name: 'KpiGroupResult',
  tableName: 'kpi_group_result',
  properties: {
    /** `<kpi>:<contract>:<month>:<profile>` */
    id: p.string().primary(),
    contract: p.string(),
    kpi: p.string().$type<PspKpi>(),
    month: p.string(),
    profile: p.string().$type<KpiProfile>(),
    psps: p.array(),
    sample: p.integer(),
    faults: p.integer(),
    percentage: p.integer().nullable(),
    threshold: p.integer(),
    outcome: p.string().$type<'OK' | 'KO'>().nullable(),
  },
});
/** What the PSPs of a contract come to together. */
export class KpiGroupResultRow extends KpiGroupResultSchema.class {}
KpiGroupResultSchema.setClass(KpiGroupResultRow);

export const entities = [KpiResultRow, KpiResultRevisionRow, KpiGroupResultRow];

export function resultId(kpi: PspKpi, pspCode: string, month: string, profile: KpiProfile): string {
  return `${kpi}:${pspCode}:${month}${profile === 'DOCUMENTS' ? '' : `:${profile}`}`;
}

export function groupId(kpi: PspKpi, contract: string, month: string, profile: KpiProfile): string {
  return `${kpi}:${contract}:${month}:${profile}`;
}
