/** The event streams of the quality subgraph: results and months, and drifting indicators. */
import { dataOf, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { Allow, eventPage, eventSubscription, type EventView } from '@nodo-aperto/kernel/graphql';
import { indicatorDrifted, kpiEvaluated, kpiMonthReopened } from '@nodo-aperto/schema/events';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { type Context, FIRST } from './context.ts';
import { presentDrift, presentEvent } from './present.ts';
import { loadResult } from './result-resolvers.ts';
import { KpiEventConnection, KpiEventType, KpiResultType } from './result-types.ts';
import { DriftEventConnection, DriftEventType } from './running-types.ts';

const AFTER_EVENT = { nullable: true, description: 'Cursor of the last event seen.' } as const;
const KPI_EVENTS = [kpiEvaluated.name, kpiMonthReopened.name];

@Resolver(() => KpiEventType)
export class KpiEventResolver {
  @Allow('PSP', 'OPERATOR')
  @Query(() => KpiEventConnection, {
    description: 'Results as they were computed and months as they were opened again, oldest first; the same cursors as `kpiEvents`.',
  })
  async kpiEventLog(
    @Ctx() { services, principal }: Context,
    @Arg('after', () => String, AFTER_EVENT) after?: string | null,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first?: number | null,
  ) {
    const page = await eventPage(services.stream, { principal, after, first, names: KPI_EVENTS });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentEvent(services.stream, node) })) };
  }

  @Allow('PSP', 'OPERATOR')
  @Subscription(() => KpiEventType, {
    description:
      'Results as they are computed and months as they are opened again. With `after` it resumes where a reader had stopped, without loss or repeat.',
    subscribe: ({ context, args }: { context: Context; args: { after?: string | null } }) =>
      eventSubscription(context.services.stream, { principal: context.principal, after: args.after, names: KPI_EVENTS }),
  })
  kpiEvents(@Root() event: PlatformEvent, @Ctx() { services }: Context, @Arg('after', () => String, AFTER_EVENT) _after?: string | null) {
    return presentEvent(services.stream, event);
  }

  @FieldResolver(() => KpiResultType, { nullable: true, description: 'Of kpi.evaluated: the result as it is now.' })
  async result(@Root() { resultId }: { resultId: string | null }, @Ctx() context: Context): Promise<KpiResultType | null> {
    return resultId === null ? null : loadResult(resultId, context);
  }
}

interface DriftArguments {
  after?: string | null;
  code?: string | null;
}

function driftView(context: Context, { after, code }: DriftArguments): EventView {
  return {
    principal: context.principal,
    after,
    names: [indicatorDrifted.name],
    ...(code && { filter: (event) => dataOf(indicatorDrifted, event).code === code }),
  };
}

const CODE = { nullable: true, description: 'Only of the PSP or the station of this code.' } as const;

@Resolver(() => DriftEventType)
export class DriftEventResolver {
  @Allow('PSP', 'EC', 'PARTNER', 'OPERATOR')
  @Query(() => DriftEventConnection, { description: 'Warnings as they were given, oldest first; the same cursors as `driftEvents`.' })
  async driftEventLog(
    @Ctx() context: Context,
    @Arg('code', () => String, CODE) code?: string | null,
    @Arg('after', () => String, AFTER_EVENT) after?: string | null,
    @Arg('first', () => Int, { nullable: true, description: FIRST }) first?: number | null,
  ) {
    const { stream } = context.services;
    const page = await eventPage(stream, { ...driftView(context, { after, code }), first });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: presentDrift(stream, node) })) };
  }

  @Allow('PSP', 'EC', 'PARTNER', 'OPERATOR')
  @Subscription(() => DriftEventType, {
    description:
      'Warns when a KPI of a PSP or a station comes near its threshold, exceeds it, or comes back. With `after` it resumes without loss or repeat.',
    subscribe: ({ context, args }: { context: Context; args: DriftArguments }) =>
      eventSubscription(context.services.stream, driftView(context, args)),
  })
  driftEvents(
    @Root() event: PlatformEvent,
    @Ctx() { services }: Context,
    @Arg('code', () => String, CODE) _code?: string | null,
    @Arg('after', () => String, AFTER_EVENT) _after?: string | null,
  ): DriftEventType {
    return presentDrift(services.stream, event);
  }
}
