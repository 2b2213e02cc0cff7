/** Results and what belongs to them. */
import { ownsTenant, requireRole } from '@nodo-aperto/kernel/auth';
import { Allow } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { type EvidenceMonth, monthKey, type TouchedMonth } from '../persistence/evidence-months.ts';
import type { KpiResultRow } from '../persistence/tables.ts';
import { AFTER, type Context, FIRST } from './context.ts';
import { PROFILE } from './enums.ts';
import { KpiEvidenceConnection } from './evidence-types.ts';
import { presentGroup, presentItem, presentResult, presentRevision } from './present.ts';
import { PspReference, ReportingFlowReference } from './references.ts';
import { KpiGroupType, KpiMonthType, KpiResultConnection, KpiResultType, KpiRevisionType } from './result-types.ts';

/** A result's row by id, batched over the request; null when there is none or it belongs to somebody else. */
function loadRow(id: string, { loaders, services, principal }: Context): Promise<KpiResultRow | null> {
  return loaders
    .get('kpi-results', (ids: readonly string[]) => services.results.byIds(ids, principal), {
      key: (key) => key,
      value: (value) => value.id,
    })
    .load(id);
}

export async function loadResult(id: string, context: Context): Promise<KpiResultType | null> {
  const row = await loadRow(id, context);
  return row && presentResult(row);
}

const PROFILE_ARGUMENT = { defaultValue: PROFILE.DOCUMENTS, description: 'The reading of the rules.' };
type Profile = keyof typeof PROFILE;

@Resolver(() => KpiResultType)
export class KpiResultResolver {
  @Allow('PSP', 'OPERATOR')
  @Query(() => KpiResultType, { nullable: true, description: 'A result by its id; null when there is none, or it belongs to another PSP.' })
  kpiResult(
    @Arg('id', () => ID, { description: 'KPI, PSP and month, separated by colons.' }) id: string,
    @Ctx() context: Context,
  ): Promise<KpiResultType | null> {
    return loadResult(id, context);
  }

  @Allow('PSP', 'OPERATOR')
  @Query(() => KpiResultConnection, { description: 'Results, newest month first, then by PSP and KPI.' })
  async kpiResults(
    @Ctx() { services, principal }: Context,
    @Arg('profile', () => PROFILE, PROFILE_ARGUMENT) profile: Profile,
    @Arg('pspCode', () => String, { nullable: true, description: 'Only this PSP; a PSP sees its own in any case.' }) pspCode?:
      | string
      | null,
    @Arg('month', () => String, { nullable: true, description: 'Only this month, YYYY-MM.' }) month?: string | null,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first?: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
  ) {
    const caller = requireRole(principal, 'PSP', 'OPERATOR');
    const page = await services.results.page(caller, { pspCode, month, profile }, { first, after });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentResult(node) })) };
  }

  @FieldResolver(() => KpiEvidenceConnection, {
    nullable: true,
    description: 'What the result counts, from the raw facts as they stand now, by day.',
  })
  async evidence(
    @Root() { id }: KpiResultType,
    @Ctx() context: Context,
    @Arg('faultsOnly', () => Boolean, { defaultValue: false, description: 'Only what counts as a fault.' }) faultsOnly: boolean,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first?: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
  ) {
    const row = await loadRow(id, context);
    if (!row) return null;
    const page = await context.services.results.evidence(row, { first, after, faultsOnly });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentItem(row, node) })) };
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether the evidence is still that of the digest: false when facts came later.',
  })
  async evidenceUnchanged(@Root() { id }: KpiResultType, @Ctx() context: Context): Promise<boolean | null> {
    const row = await loadRow(id, context);
    return row && (await context.services.results.currentDigest(row)) === row.evidenceDigest;
  }

  @FieldResolver(() => KpiGroupType, {
    nullable: true,
    description: 'What the PSPs of its contract come to together; null when it is judged alone.',
  })
  async group(@Root() { id }: KpiResultType, @Ctx() context: Context): Promise<KpiGroupType | null> {
    const row = await loadRow(id, context);
    const group = row && (await context.services.results.group(row));
    return group && presentGroup(group);
  }

  @FieldResolver(() => [KpiRevisionType], {
    nullable: true,
    description: 'What the result was before, newest first; at most a hundred.',
  })
  async history(@Root() { id }: KpiResultType, @Ctx() context: Context): Promise<KpiRevisionType[] | null> {
    const row = await loadRow(id, context);
    return row && (await context.services.results.history(row)).map(presentRevision);
  }

  @FieldResolver(() => KpiMonthType, { nullable: true, description: 'Whether the month of the PSP is final, and why not any more.' })
  async monthState(@Root() { month, psp }: KpiResultType, @Ctx() { loaders, services }: Context): Promise<KpiMonthType | null> {
    if (!psp) return null;
    const found = await loaders
      .get<TouchedMonth, EvidenceMonth>('kpi-months', (wanted) => services.results.months(wanted), { key: monthKey, value: monthKey })
      .load({ pspCode: psp.code, month });
    return found && { state: found.state, reopenings: found.reopenings, reason: found.reason, since: found.changedAt };
  }
}

@Resolver(() => PspReference)
export class PspResolver {
  @FieldResolver(() => [KpiResultType], {
    nullable: true,
    description: 'KPIs of the PSP for a month, by default the latest that has any. Its own only; null for others.',
  })
  async kpiResults(
    @Root() psp: PspReference,
    @Ctx() { services, principal }: Context,
    @Arg('profile', () => PROFILE, PROFILE_ARGUMENT) profile: Profile,
    @Arg('month', () => String, { nullable: true, description: 'The month, YYYY-MM.' }) month?: string | null,
  ): Promise<KpiResultType[] | null> {
    if (!ownsTenant(principal, psp.code)) return null;
    return (await services.results.ofPsp(psp.code, principal, { month, profile })).map(presentResult);
  }
}

@Resolver(() => ReportingFlowReference)
export class ReportingFlowResolver {
  @FieldResolver(() => [KpiResultType], {
    nullable: true,
    description: 'The FdR results whose evidence the flow is part of. The PSP’s own only; null for others.',
  })
  async kpiResults(@Root() flow: ReportingFlowReference, @Ctx() { services, principal }: Context): Promise<KpiResultType[] | null> {
    if (!flow.psp || !ownsTenant(principal, flow.psp.code)) return null;
    return (await services.results.ofFlow({ pspCode: flow.psp.code, name: flow.name }, principal)).map(presentResult);
  }
}
