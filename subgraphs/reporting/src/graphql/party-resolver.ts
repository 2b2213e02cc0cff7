/** What this subgraph contributes to creditors and PSPs: their flows, and until when the legacy primitives serve them. */
import { Allow, type Connection, DateScalar, FiscalCodeScalar, pageSize, type ReferenceResolver } from '@nodo-aperto/kernel/graphql';
import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { FlowFilter } from '../persistence/flow-reads.ts';
import { switchOffDay } from '../persistence/switch-offs.ts';
import { switchOffLegacy } from '../services/switch-off.ts';
import { mapped } from './connections.ts';
import { callerOf, type ReportingContext } from './context.ts';
import { presentFlow, ReportingFlowConnection, type ReportingFlowType } from './flow-types.ts';
import { CreditorStub, PspStub } from './stubs.ts';

const FIRST = { nullable: true, description: 'How many, up to 100; 20 when absent.' } as const;
const AFTER = { nullable: true, description: 'Cursor of the last one seen.' } as const;
const PUBLISHED = { nullable: true, description: 'True: published ones only; false: drafts only.' } as const;

interface Asked {
  first: number | null;
  after: string | null;
}

async function flowsOf(context: ReportingContext, filter: FlowFilter, { first, after }: Asked): Promise<Connection<ReportingFlowType>> {
  return mapped(await context.services.reads.list(callerOf(context), filter, { size: pageSize(first), after }), presentFlow);
}

@Resolver(() => CreditorStub)
export class ReportingCreditorResolver {
  @Allow('PSP', 'EC', 'OPERATOR')
  @FieldResolver(() => ReportingFlowConnection, {
    nullable: true,
    description: 'The reporting flows that it receives, the newest first, as far as the caller may see them.',
  })
  reportingFlows(
    @Ctx() context: ReportingContext,
    @Root() { fiscalCode }: CreditorStub,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<ReportingFlowType>> {
    return flowsOf(context, { creditorFiscalCode: fiscalCode, replaced: false }, { first, after });
  }

  @Allow('EC', 'PSP', 'OPERATOR')
  @FieldResolver(() => DateScalar, {
    nullable: true,
    description: 'From this day on the legacy primitives of reporting no longer serve it; null while no day is set.',
  })
  async legacyReportingOffFrom(@Ctx() { services }: ReportingContext, @Root() { fiscalCode }: CreditorStub): Promise<string | null> {
    return (await switchOffDay(services.writing.database, fiscalCode)) ?? null;
  }

  @Allow('OPERATOR')
  @Mutation(() => CreditorStub, {
    description: 'Sets from when the legacy primitives of reporting no longer serve a creditor, or, without a day, that they go on.',
  })
  async setLegacyReportingOff(
    @Ctx() context: ReportingContext,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' }) creditorFiscalCode: string,
    @Arg('from', () => DateScalar, { nullable: true, description: 'The first day without them, Italian time.' }) from: string | null,
  ): Promise<CreditorStub> {
    await switchOffLegacy(context.services.writing, callerOf(context), creditorFiscalCode, from ?? undefined);
    return { fiscalCode: creditorFiscalCode };
  }
}

@Resolver(() => PspStub)
export class ReportingPspResolver {
  @Allow('PSP', 'EC', 'OPERATOR')
  @FieldResolver(() => ReportingFlowConnection, {
    nullable: true,
    description: 'The reporting flows that it sends, the newest first, as far as the caller may see them.',
  })
  reportingFlows(
    @Ctx() context: ReportingContext,
    @Root() { code }: PspStub,
    @Arg('published', () => Boolean, PUBLISHED) published: boolean | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after: string | null,
  ): Promise<Connection<ReportingFlowType>> {
    const filter = { pspCode: code, ...(typeof published === 'boolean' && { published }), replaced: false };
    return flowsOf(context, filter, { first, after });
  }
}

/** Whether there is such a party is onboarding's to say. */
export const resolveCreditor: ReferenceResolver = ({ fiscalCode }) => (typeof fiscalCode === 'string' ? { fiscalCode } : null);
export const resolvePsp: ReferenceResolver = ({ code }) => (typeof code === 'string' ? { code } : null);
