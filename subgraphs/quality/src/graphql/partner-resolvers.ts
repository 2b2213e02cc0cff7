/** Qualification of partners: partners see their own, operators plan, decide and record. */
import { type Principal, requireRole } from '@nodo-aperto/kernel/auth';
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import { Allow, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { fromDate } from '@nodo-aperto/kernel/time';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { configurationOf, MODULES, PARTNER_MODULES, type PartnerModule } from '../domain/partner/modules.ts';
import { shareText } from '../domain/partner/share.ts';
import type { QualificationRow } from '../persistence/qualification-tables.ts';
import type { QualificationDraft } from '../services/qualifications.ts';
import { recordFigures, recordShutdown } from '../services/record-partner-figures.ts';
import { AFTER, type Context, FIRST } from './context.ts';
import { KPI_OUTCOME } from './enums.ts';
import {
  PARTNER_MODULE,
  PartnerEvidenceConnection,
  PartnerFigureInput,
  PartnerFigureType,
  PartnerModuleDefinitionType,
  QualificationConnection,
  QualificationInput,
  QualificationModuleType,
  QualificationStepType,
  QualificationType,
  RecordPartnerFiguresResultType,
} from './partner-types.ts';

const ID_ARGUMENT = { description: 'Id of the qualification.' };
const actorOf = (principal: Principal | undefined): string => requireRole(principal, 'OPERATOR').subject;

function present(row: QualificationRow): QualificationType {
  const { id, partnerCode, title, fromMonth, toMonth, state, outcome, revision } = row;
  return {
    id,
    partnerCode,
    title,
    fromMonth,
    toMonth,
    state,
    outcome,
    revision,
    manualOutcome: row.manualOutcome ?? null,
    qualified: (state === 'ESEGUITA' || state === 'ARCHIVIATA') && outcome === 'OK',
    executedAt: row.executedAt ? fromDate(row.executedAt) : null,
  };
}

/** Absent fields mean the default; in inputs they may also be null. */
function draftOf({ modules, ...input }: QualificationInput): QualificationDraft {
  return {
    ...input,
    modules: modules.map(({ module, configuration }) => ({
      module,
      configuration: Object.fromEntries(Object.entries(configuration ?? {}).filter(([, value]) => value !== null && value !== undefined)),
    })),
  };
}

@Resolver(() => QualificationType)
export class QualificationResolver {
  @Allow('PARTNER', 'EC', 'OPERATOR')
  @Query(() => [PartnerModuleDefinitionType], { description: 'The modules by which partners are qualified.' })
  partnerModules(): PartnerModuleDefinitionType[] {
    return PARTNER_MODULES.map((module) => ({
      module,
      title: MODULES[module].title,
      counts: MODULES[module].counts,
      fromPlatform: MODULES[module].source === 'PLATFORM',
      manual: MODULES[module].rule.kind === 'MANUAL',
      defaults: configurationOf(module),
    }));
  }

  @Allow('PARTNER', 'EC', 'OPERATOR')
  @Query(() => QualificationType, {
    nullable: true,
    description: 'A qualification; null when there is none, or it belongs to another partner.',
  })
  async qualification(@Arg('id', () => ID, ID_ARGUMENT) id: string, @Ctx() context: Context): Promise<QualificationType | null> {
    const row = await context.services.qualificationReader.byId(id, context.principal);
    return row && present(row);
  }

  @Allow('PARTNER', 'EC', 'OPERATOR')
  @Query(() => QualificationConnection, { description: 'Qualifications, by id: a partner its own, an operator all.' })
  async qualifications(
    @Ctx() { services, principal }: Context,
    @Arg('partnerCode', () => String, { nullable: true, description: 'Only of this partner.' }) partnerCode: string | null,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first?: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
  ) {
    const caller = requireRole(principal, 'PARTNER', 'EC', 'OPERATOR');
    const page = await services.qualificationReader.page(caller, partnerCode ?? null, { first, after });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: present(node) })) };
  }

  @FieldResolver(() => [QualificationModuleType], { description: 'The modules that are switched on.' })
  async modules(@Root() { id }: QualificationType, @Ctx() { services }: Context): Promise<QualificationModuleType[]> {
    return (await services.qualificationReader.modules(id)).map((row) => ({
      module: row.module,
      title: MODULES[row.module].title,
      configuration: configurationOf(row.module, row.configuration),
      outcome: row.outcome,
      manualOutcome: row.manualOutcome ?? null,
      evidenceDigest: row.evidenceDigest ?? null,
      qualificationId: id,
    }));
  }

  @FieldResolver(() => [QualificationStepType], { description: 'Who did what and why, newest first; at most two hundred.' })
  async audit(@Root() { id }: QualificationType, @Ctx() { services }: Context): Promise<QualificationStepType[]> {
    return (await services.qualificationReader.audit(id)).map(({ at, actor, action, module, detail }) => {
      return { at: fromDate(at), actor, action, module: module ?? null, detail: detail ?? null };
    });
  }

  @Allow('OPERATOR')
  @Mutation(() => QualificationType, { description: 'Drafts a qualification.' })
  async createQualification(
    @Arg('input', () => QualificationInput, { description: 'The qualification.' }) input: QualificationInput,
    @Ctx() context: Context,
  ): Promise<QualificationType> {
    return shown(await context.services.qualifications.create(draftOf(input), actorOf(context.principal)), context);
  }

  @Allow('OPERATOR')
  @Mutation(() => QualificationType, { description: 'Replaces a draft or a plan.' })
  async editQualification(
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('revision', () => Int, { description: 'The revision that was looked at.' }) revision: number,
    @Arg('input', () => QualificationInput, { description: 'The qualification.' }) input: QualificationInput,
    @Ctx() context: Context,
  ): Promise<QualificationType> {
    await context.services.qualifications.edit(id, draftOf(input), revision, actorOf(context.principal));
    return shown(id, context);
  }

  @Allow('OPERATOR')
  @Mutation(() => QualificationType, { description: 'Has a draft executed once its period is over (job PARTNER_QUALIFICATION).' })
  planQualification(@Arg('id', () => ID, ID_ARGUMENT) id: string, @Ctx() context: Context): Promise<QualificationType> {
    return moved(id, 'PLAN', context);
  }

  @Allow('OPERATOR')
  @Mutation(() => QualificationType, { description: 'Deletes a draft or a plan; its history stays.' })
  deleteQualification(@Arg('id', () => ID, ID_ARGUMENT) id: string, @Ctx() context: Context): Promise<QualificationType> {
    return moved(id, 'DELETE', context);
  }

  @Allow('OPERATOR')
  @Mutation(() => QualificationType, { description: 'Puts an executed qualification away.' })
  archiveQualification(@Arg('id', () => ID, ID_ARGUMENT) id: string, @Ctx() context: Context): Promise<QualificationType> {
    return moved(id, 'ARCHIVE', context);
  }

  @Allow('OPERATOR')
  @Mutation(() => QualificationType, { description: 'Takes a qualification out of the archive.' })
  restoreQualification(@Arg('id', () => ID, ID_ARGUMENT) id: string, @Ctx() context: Context): Promise<QualificationType> {
    return moved(id, 'RESTORE', context);
  }

  @Allow('OPERATOR')
  @Mutation(() => QualificationType, {
    description: 'Puts a person’s outcome in the place of the automatic one, with a reason that is kept.',
  })
  async overrideQualification(
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('outcome', () => KPI_OUTCOME, { nullable: true, description: 'The outcome; null takes an earlier one back.' })
    outcome: keyof typeof KPI_OUTCOME | null,
    @Arg('reason', () => String, { description: 'Why, 3 to 500 characters.' }) reason: string,
    @Arg('module', () => PARTNER_MODULE, { nullable: true, description: 'Of this module; of the whole qualification when absent.' })
    module: PartnerModule | null,
    @Ctx() context: Context,
  ): Promise<QualificationType> {
    const what = { module: module ?? null, outcome: outcome ?? null, reason };
    await context.services.qualifications.override(id, what, actorOf(context.principal));
    return shown(id, context);
  }

  @Allow('OPERATOR')
  @Mutation(() => RecordPartnerFiguresResultType, {
    description:
      'Records what modules count outside the platform; at most 1,000 at once. One of the same span and subject replaces the one before.',
  })
  recordPartnerFigures(
    @Arg('figures', () => [PartnerFigureInput], { description: 'The figures.' }) figures: PartnerFigureInput[],
    @Ctx() { services }: Context,
  ): Promise<RecordPartnerFiguresResultType> {
    return recordFigures(
      services.partnerParts,
      figures.map(({ subject, ...figure }) => ({ ...figure, subject: subject ?? '' })),
    );
  }

  @Allow('OPERATOR')
  @Mutation(() => Boolean, { description: 'Records an unplanned stop of a station, which modules leave out where they are configured so.' })
  async recordStationShutdown(
    @Arg('station', () => String, { description: 'Code of the station.' }) station: string,
    @Arg('from', () => DateTimeScalar, { description: 'When it stopped.' }) from: number,
    @Arg('until', () => DateTimeScalar, { description: 'When it worked again.' }) until: number,
    @Arg('reason', () => String, { description: 'Why, 3 to 500 characters.' }) reason: string,
    @Ctx() { services, principal }: Context,
  ): Promise<boolean> {
    await recordShutdown(services.partnerParts, { station, from, until, reason, recordedBy: actorOf(principal) });
    return true;
  }
}

async function moved(id: string, action: 'PLAN' | 'DELETE' | 'ARCHIVE' | 'RESTORE', context: Context): Promise<QualificationType> {
  await context.services.qualifications.move(id, action, actorOf(context.principal));
  return shown(id, context);
}

async function shown(id: string, { services, principal }: Context): Promise<QualificationType> {
  const row = await services.qualificationReader.byId(id, principal);
  if (!row) throw new NotFoundError('There is no such qualification.');
  return present(row);
}

@Resolver(() => QualificationModuleType)
export class QualificationModuleResolver {
  @FieldResolver(() => [PartnerFigureType], { description: 'Its months, then the whole period (TOTALE).' })
  async figures(@Root() { qualificationId, module }: QualificationModuleType, @Ctx() { services }: Context): Promise<PartnerFigureType[]> {
    return (await services.qualificationReader.figures(qualificationId, module)).map(({ period, part, whole, share, outcome }) => {
      return { period, part, whole, share: share === null || share === undefined ? null : shareText(share), outcome };
    });
  }

  @FieldResolver(() => PartnerEvidenceConnection, { nullable: true, description: 'What it counts, as it stands now, by time.' })
  async evidence(
    @Root() { qualificationId, module }: QualificationModuleType,
    @Ctx() { services, principal }: Context,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first?: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
  ) {
    const row = await services.qualificationReader.byId(qualificationId, principal);
    if (!row) return null;
    const page = await services.qualificationReader.evidence(row, module, { first, after });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: { ...node, subject: node.subject || null } })) };
  }

  @FieldResolver(() => Boolean, { nullable: true, description: 'Whether what it counts is still what it was judged on; null before.' })
  async evidenceUnchanged(
    @Root() { qualificationId, module, evidenceDigest }: QualificationModuleType,
    @Ctx() { services, principal }: Context,
  ): Promise<boolean | null> {
    const row = evidenceDigest === null ? null : await services.qualificationReader.byId(qualificationId, principal);
    return row && (await services.qualificationReader.currentDigest(row, module)) === evidenceDigest;
  }
}
