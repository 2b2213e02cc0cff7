/** Queries, entity fields and the event stream of the quality subgraph. */
import { ownsTenant, requireRole } from '@nodo-aperto/kernel/auth';
import { type PlatformEvent, type Stream } from '@nodo-aperto/kernel/events';
import { Allow, eventPage, eventSubscription, type SubgraphContext } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { ResultReader } from '../services/read-results.ts';
import { presentEvent, presentResult } from './present.ts';
import {
  KpiEventConnection,
  KpiEventType,
  KpiEvidenceConnection,
  KpiResultConnection,
  KpiResultType,
  PspReference,
  ReportingFlowReference,
} from './types.ts';

export interface QualityServices {
  results: ResultReader;
  stream: Stream;
}
type Context = SubgraphContext<QualityServices>;

/** A result by id, batched over the request; null when there is none or it belongs to somebody else. */
export async function loadResult(id: string, { loaders, services, principal }: Context): Promise<KpiResultType | null> {
  const row = await loaders
    .get('kpi-results', (ids: readonly string[]) => services.results.byIds(ids, principal), {
      key: (key) => key,
      value: (value) => value.id,
    })
    .load(id);
  return row && presentResult(row);
}

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
    @Arg('pspCode', () => String, { nullable: true, description: 'Only this PSP; a PSP sees its own in any case.' }) pspCode?:
      | string
      | null,
    @Arg('month', () => String, { nullable: true, description: 'Only this month, YYYY-MM.' }) month?: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 by default.' }) first?: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last one seen.' }) after?: string | null,
  ) {
    const page = await services.results.page(requireRole(principal, 'PSP', 'OPERATOR'), { pspCode, month }, first, after);
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentResult(node) })) };
  }

  @FieldResolver(() => KpiEvidenceConnection, {
    nullable: true,
    description: 'What the result counts, recomputed from the raw facts as they stand now.',
  })
  async evidence(
    @Root() result: KpiResultType,
    @Ctx() { services, principal }: Context,
    @Arg('faultsOnly', () => Boolean, { defaultValue: false, description: 'Only what counts as a fault.' }) faultsOnly: boolean,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 by default.' }) first?: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last one seen.' }) after?: string | null,
  ) {
    const [row] = await services.results.byIds([result.id], principal);
    return row ? services.results.evidence(row, { first, after, faultsOnly }) : null;
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether the evidence is still that of the digest: false when facts came later.',
  })
  async evidenceUnchanged(@Root() result: KpiResultType, @Ctx() { services, principal }: Context): Promise<boolean | null> {
    const [row] = await services.results.byIds([result.id], principal);
    return row ? (await services.results.currentDigest(row)) === row.evidenceDigest : null;
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
    @Arg('month', () => String, { nullable: true, description: 'The month, YYYY-MM.' }) month?: string | null,
  ): Promise<KpiResultType[] | null> {
    if (!ownsTenant(principal, psp.code)) return null;
    return (await services.results.ofPsp(psp.code, principal, month)).map(presentResult);
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
    return (await services.results.ofFlow({ pspCode: flow.psp.code, name: flow.name, revision: flow.revision }, principal)).map(
      presentResult,
    );
  }
}

@Resolver(() => KpiEventType)
export class KpiEventResolver {
  @Allow('PSP', 'OPERATOR')
  @Query(() => KpiEventConnection, {
    description: 'Results as they were computed, oldest first; the same events and cursors as `kpiEvents`.',
  })
  async kpiEventLog(
    @Ctx() { services, principal }: Context,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event seen.' }) after?: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 by default.' }) first?: number | null,
  ) {
    const page = await eventPage(services.stream, { principal, after, first });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentEvent(services.stream, node) })) };
  }

  @Allow('PSP', 'OPERATOR')
  @Subscription(() => KpiEventType, {
    description: 'Results as they are computed. With `after` it resumes where a reader had stopped, without loss or repeat.',
    subscribe: ({ context, args }: { context: Context; args: { after?: string | null } }) =>
      eventSubscription(context.services.stream, { principal: context.principal, after: args.after }),
  })
  kpiEvents(
    @Root() event: PlatformEvent,
    @Ctx() { services }: Context,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event seen.' }) _after?: string | null,
  ) {
    return presentEvent(services.stream, event);
  }

  @FieldResolver(() => KpiResultType, { nullable: true, description: 'The result as it is now.' })
  result(@Root() event: { resultId: string }, @Ctx() context: Context): Promise<KpiResultType | null> {
    return loadResult(event.resultId, context);
  }
}
