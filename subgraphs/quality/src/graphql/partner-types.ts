/** Qualification of partners. */
import { connectionOf, DateTimeScalar, LongScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { EvaluationType } from '../domain/partner/configuration.ts';
import { MODULES, PARTNER_MODULES, type PartnerModule } from '../domain/partner/modules.ts';
import { KPI_OUTCOME } from './enums.ts';

/** Names of a graph have no dots: A_1 is A.1. */
const nameOf = (module: PartnerModule): string => module.replace('.', '_');
export const PARTNER_MODULE = Object.fromEntries(PARTNER_MODULES.map((module) => [nameOf(module), module])) as Record<
  string,
  PartnerModule
>;
registerEnumType(PARTNER_MODULE, {
  name: 'PartnerModule',
  description: 'A module by which technology partners are qualified; A_1 is A.1.',
  valuesConfig: Object.fromEntries(PARTNER_MODULES.map((module) => [nameOf(module), { description: `${MODULES[module].title}.` }])),
});

const EVALUATION_TYPE: Record<EvaluationType, EvaluationType> = { MESE: 'MESE', TOTALE: 'TOTALE' };
registerEnumType(EVALUATION_TYPE, {
  name: 'PartnerEvaluationType',
  description: 'What decides on a module.',
  valuesConfig: {
    MESE: { description: 'A month that is KO makes the module KO.' },
    TOTALE: { description: 'The figure of the whole period decides.' },
  },
});

const QUALIFICATION_STATE = {
  BOZZA: 'BOZZA',
  PIANIFICATA: 'PIANIFICATA',
  IN_ESECUZIONE: 'IN_ESECUZIONE',
  ESEGUITA: 'ESEGUITA',
  ARCHIVIATA: 'ARCHIVIATA',
  ERRORE: 'ERRORE',
  CANCELLATA: 'CANCELLATA',
} as const;
registerEnumType(QUALIFICATION_STATE, {
  name: 'QualificationState',
  description: 'Where a qualification stands.',
  valuesConfig: {
    BOZZA: { description: 'A draft.' },
    PIANIFICATA: { description: 'Will be executed once its period is over.' },
    IN_ESECUZIONE: { description: 'Is being executed.' },
    ESEGUITA: { description: 'Executed.' },
    ARCHIVIATA: { description: 'Put away; can be restored.' },
    ERRORE: { description: 'Could not be executed; can be planned again.' },
    CANCELLATA: { description: 'Deleted before it was executed.' },
  },
});

const MODULE_OUTCOME = { OK: 'OK', KO: 'KO', RUNNING: 'RUNNING', STANDBY: 'STANDBY' } as const;
registerEnumType(MODULE_OUTCOME, {
  name: 'PartnerOutcome',
  description: 'What was found.',
  valuesConfig: {
    OK: { description: 'Within the limits.' },
    KO: { description: 'Not within the limits.' },
    RUNNING: { description: 'Is being computed.' },
    STANDBY: { description: 'Not computed yet, or a person has to decide.' },
  },
});

const SHUTDOWN = { nullable: true, description: 'Whether what lies entirely inside such a stop of its station is left out.' } as const;
const PERCENT = 'in percent, 0 to 100';

@ObjectType('PartnerModuleConfiguration', { description: 'What holds for a module. Not every module looks at every field.' })
@InputType('PartnerModuleConfigurationInput', {
  description: 'What a qualification sets of a module; what is absent is the module’s default.',
})
export class PartnerModuleConfigurationType {
  @Field(() => Boolean, SHUTDOWN)
  excludePlannedShutdown?: boolean;

  @Field(() => Boolean, SHUTDOWN)
  excludeUnplannedShutdown?: boolean;

  @Field(() => Float, { nullable: true, description: `The share that must not be exceeded, before tolerance, ${PERCENT}; of B.3 a count.` })
  eligibilityThreshold?: number;

  @Field(() => Float, { nullable: true, description: `What is tolerated beyond it, ${PERCENT}.` })
  tolerance?: number;

  @Field(() => Int, { nullable: true, description: 'Of B.2: mean milliseconds from which on a quarter of an hour is slow, up to 60000.' })
  averageTimeLimit?: number;

  @Field(() => EVALUATION_TYPE, { nullable: true, description: 'What decides: months or the whole period.' })
  evaluationType?: EvaluationType;

  @Field(() => Int, { nullable: true, description: 'Of B.1: more creditors than this.' })
  institutionCount?: number;

  @Field(() => Int, { nullable: true, description: 'Of B.1: or as many transactions.' })
  transactionCount?: number;

  @Field(() => Float, {
    nullable: true,
    description: `Of B.1: by how much creditors may fall short; of C.1 and C.2: how many must comply; ${PERCENT}.`,
  })
  institutionTolerance?: number;

  @Field(() => Float, { nullable: true, description: `Of B.1: by how much transactions may fall short, ${PERCENT}.` })
  transactionTolerance?: number;

  @Field(() => Float, { nullable: true, description: `Of C.1 and C.2: how much must be notified, ${PERCENT}.` })
  notificationTolerance?: number;
}

@ObjectType('PartnerModuleDefinition', { description: 'A module, and what holds for it by default.' })
export class PartnerModuleDefinitionType {
  @Field(() => PARTNER_MODULE, { description: 'Its code.' })
  module!: PartnerModule;

  @Field(() => String, { description: 'Its name.' })
  title!: string;

  @Field(() => String, { description: 'What its records count: part, of whole.' })
  counts!: string;

  @Field(() => Boolean, { description: 'Whether the platform has the figures; otherwise an operator records them (recordPartnerFigures).' })
  fromPlatform!: boolean;

  @Field(() => Boolean, { description: 'Whether only a person decides.' })
  manual!: boolean;

  @Field(() => PartnerModuleConfigurationType, { description: 'What holds by default.' })
  defaults!: PartnerModuleConfigurationType;
}

@ObjectType('PartnerFigure', { description: 'What a month or the whole period comes to.' })
export class PartnerFigureType {
  @Field(() => String, { description: 'A month, YYYY-MM, or TOTALE.' })
  period!: string;

  @Field(() => LongScalar, { description: 'What was counted.' })
  part!: number;

  @Field(() => LongScalar, { description: 'Of how much.' })
  whole!: number;

  @Field(() => String, { nullable: true, description: 'In percent, with five decimals; null without data, or where the rule has none.' })
  share!: string | null;

  @Field(() => KPI_OUTCOME, { description: 'Whether it keeps within the limits.' })
  outcome!: keyof typeof KPI_OUTCOME;
}

@ObjectType('PartnerEvidence', { description: 'One record that a module counts.' })
class PartnerEvidenceType {
  @Field(() => DateTimeScalar, { description: 'When it begins.' })
  from!: number;

  @Field(() => DateTimeScalar, { description: 'When it ends.' })
  until!: number;

  @Field(() => String, { nullable: true, description: 'The station or creditor that it is about; null when it is about the partner.' })
  subject!: string | null;

  @Field(() => LongScalar, { description: 'What was counted.' })
  part!: number;

  @Field(() => LongScalar, { description: 'Of how much.' })
  whole!: number;
}
export const PartnerEvidenceConnection = connectionOf('PartnerEvidence', () => PartnerEvidenceType);

@ObjectType('QualificationModule', { description: 'A module that a qualification has switched on.' })
export class QualificationModuleType {
  @Field(() => PARTNER_MODULE, { description: 'Which module.' })
  module!: PartnerModule;

  @Field(() => String, { description: 'Its name.' })
  title!: string;

  @Field(() => PartnerModuleConfigurationType, { description: 'What holds for it here.' })
  configuration!: PartnerModuleConfigurationType;

  @Field(() => MODULE_OUTCOME, { description: 'What was found.' })
  outcome!: keyof typeof MODULE_OUTCOME;

  @Field(() => KPI_OUTCOME, { nullable: true, description: 'What a person has decided instead.' })
  manualOutcome!: keyof typeof KPI_OUTCOME | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of what it was judged on.' })
  evidenceDigest!: string | null;

  /** Not in the graph: the qualification. */
  qualificationId!: string;
}

@ObjectType('QualificationStep', { description: 'Who did what to a qualification, and why.' })
export class QualificationStepType {
  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: number;

  @Field(() => String, { description: 'Who.' })
  actor!: string;

  @Field(() => String, { description: 'What: CREATE, EDIT, PLAN, RUN, FINISH, FAIL, OVERRIDE, ARCHIVE, RESTORE, DELETE.' })
  action!: string;

  @Field(() => PARTNER_MODULE, { nullable: true, description: 'Of an override: the module; null when it is of the whole.' })
  module!: PartnerModule | null;

  @Field(() => String, { nullable: true, description: 'The reason, or what came of it.' })
  detail!: string | null;
}

@ObjectType('Qualification', { description: 'The qualification of a technology partner over some months.' })
export class QualificationType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'Code of the partner: a broker of creditors.' })
  partnerCode!: string;

  @Field(() => String, { description: 'Its title.' })
  title!: string;

  @Field(() => String, { description: 'The first month, YYYY-MM.' })
  fromMonth!: string;

  @Field(() => String, { description: 'The last month, YYYY-MM.' })
  toMonth!: string;

  @Field(() => QUALIFICATION_STATE, { description: 'Where it stands.' })
  state!: keyof typeof QUALIFICATION_STATE;

  @Field(() => MODULE_OUTCOME, { description: 'The outcome that counts: STANDBY until no module is on STANDBY, KO when any is.' })
  outcome!: keyof typeof MODULE_OUTCOME;

  @Field(() => KPI_OUTCOME, { nullable: true, description: 'What a person has decided instead of the modules.' })
  manualOutcome!: keyof typeof KPI_OUTCOME | null;

  @Field(() => Boolean, { description: 'Whether the partner is qualified by it: executed, and OK.' })
  qualified!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was executed.' })
  executedAt!: number | null;

  @Field(() => Int, { description: 'Grows with every change.' })
  revision!: number;
}
export const QualificationConnection = connectionOf('Qualification', () => QualificationType);

@InputType('QualificationModuleInput', { description: 'A module to switch on.' })
export class QualificationModuleInput {
  @Field(() => PARTNER_MODULE, { description: 'Which module.' })
  module!: PartnerModule;

  @Field(() => PartnerModuleConfigurationType, { nullable: true, description: 'What is other than by default.' })
  configuration?: PartnerModuleConfigurationType | null;
}

@InputType('QualificationInput', { description: 'A qualification.' })
export class QualificationInput {
  @Field(() => String, { description: 'Code of the partner: a broker of creditors.' })
  partnerCode!: string;

  @Field(() => String, { description: 'Its title, up to 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'The first month, YYYY-MM.' })
  fromMonth!: string;

  @Field(() => String, { description: 'The last month, YYYY-MM: at most twelve in all.' })
  toMonth!: string;

  @Field(() => [QualificationModuleInput], { description: 'The modules to switch on.' })
  modules!: QualificationModuleInput[];
}

@InputType('PartnerFigureInput', { description: 'What a module counts in a span of time.' })
export class PartnerFigureInput {
  @Field(() => String, { description: 'Code of the partner.' })
  partnerCode!: string;

  @Field(() => PARTNER_MODULE, { description: 'A module whose figures are recorded.' })
  module!: PartnerModule;

  @Field(() => String, { nullable: true, description: 'The station or creditor that it is about.' })
  subject?: string | null;

  @Field(() => DateTimeScalar, { description: 'When the span begins.' })
  from!: number;

  @Field(() => DateTimeScalar, { description: 'When it ends: up to 31 days later.' })
  until!: number;

  @Field(() => Int, { description: 'What was counted.' })
  part!: number;

  @Field(() => Int, { description: 'Of how much.' })
  whole!: number;
}

@ObjectType('PartnerFigureIssue', { description: 'Why a figure was not recorded.' })
export class PartnerFigureIssueType {
  @Field(() => Int, { description: 'Place of the figure in the list, from 0.' })
  index!: number;

  @Field(() => String, { description: 'The field that is wrong.' })
  path!: string;

  @Field(() => String, { description: 'What is wrong with it.' })
  message!: string;

  @Field(() => String, { description: 'What was expected.' })
  expected!: string;
}

@ObjectType('RecordPartnerFiguresResult', { description: 'What was done with the figures.' })
export class RecordPartnerFiguresResultType {
  @Field(() => Int, { description: 'How many were recorded.' })
  recorded!: number;

  @Field(() => [PartnerFigureIssueType], { description: 'What is wrong with the others.' })
  issues!: PartnerFigureIssueType[];
}
