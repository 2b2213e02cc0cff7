/** Qualifications of partners as the object mapper sees them. */
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { ModuleConfiguration } from '../domain/partner/configuration.ts';
import type { InstanceState } from '../domain/partner/instance.ts';
import type { ModuleOutcome } from '../domain/partner/judge.ts';
import type { PartnerModule } from '../domain/partner/modules.ts';

type Judged = 'OK' | 'KO';

const QualificationSchema = defineEntity({
  name: 'Qualification',
  tableName: 'qualification',
  properties: {
    id: p.string().primary(),
    partnerCode: p.string(),
    title: p.string(),
    fromMonth: p.string(),
    toMonth: p.string(),
    state: p.string().$type<InstanceState>(),
    outcome: p.string().$type<'STANDBY' | Judged>(),
    manualOutcome: p.string().$type<Judged>().nullable(),
    createdAt: p.datetime(),
    executedAt: p.datetime().nullable(),
    revision: p.integer(),
  },
});
export class QualificationRow extends QualificationSchema.class {}
QualificationSchema.setClass(QualificationRow);

const QualificationModuleSchema = defineEntity({
  name: 'QualificationModule',
  tableName: 'qualification_module',
  properties: {
    qualification: p.string().primary(),
    module: p.string().$type<PartnerModule>().primary(),
    configuration: p.json<Partial<ModuleConfiguration>>(),
    outcome: p.string().$type<ModuleOutcome>(),
    manualOutcome: p.string().$type<Judged>().nullable(),
    evidenceDigest: p.string().nullable(),
  },
});
/** A module that a qualification has switched on, and what was found. */
export class QualificationModuleRow extends QualificationModuleSchema.class {}
QualificationModuleSchema.setClass(QualificationModuleRow);

const QualificationFigureSchema = defineEntity({
  name: 'QualificationFigure',
  tableName: 'qualification_figure',
  properties: {
    qualification: p.string().primary(),
    module: p.string().$type<PartnerModule>().primary(),
    /** A month, YYYY-MM, or TOTALE. */
    period: p.string().primary(),
    part: p.bigint('number'),
    whole: p.bigint('number'),
    /** Hundred-thousandths of a percent. */
    share: p.bigint('number').nullable(),
    outcome: p.string().$type<Judged>(),
  },
});
export class QualificationFigureRow extends QualificationFigureSchema.class {}
QualificationFigureSchema.setClass(QualificationFigureRow);

const QualificationAuditSchema = defineEntity({
  name: 'QualificationAudit',
  tableName: 'qualification_audit',
  properties: {
    qualification: p.string().primary(),
    number: p.integer().primary(),
    at: p.datetime(),
    actor: p.string(),
    action: p.string(),
    module: p.string().$type<PartnerModule>().nullable(),
    detail: p.string().nullable(),
  },
});
/** Who did what to a qualification, and why. */
export class QualificationAuditRow extends QualificationAuditSchema.class {}
QualificationAuditSchema.setClass(QualificationAuditRow);

export const qualificationEntities = [QualificationRow, QualificationModuleRow, QualificationFigureRow, QualificationAuditRow];
