/** The subgraph's stream in the graph: live, and as a list with the same cursors. */
import { audienceOf } from '@nodo-aperto/kernel/auth';
import { dataOf, decodeCursor, encodeCursor, isEvent, type PlatformEvent } from '@nodo-aperto/kernel/events';
import {
  Allow,
  type Connection,
  connectionOf,
  DateTimeScalar,
  EuroCentsScalar,
  FiscalCodeScalar,
  pageSize,
} from '@nodo-aperto/kernel/graphql';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { flowPaymentsReported, flowPublished } from '@nodo-aperto/schema/events';
import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { FlowLine } from '../domain/flow.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { callerOf, loadFlow, type ReportingContext } from './context.ts';
import { presentFlow, presentLine, ReportingFlowType, ReportingLineType } from './flow-types.ts';
import { CreditorStub, PspStub } from './stubs.ts';

const STREAM = 'reporting';
const NAMES = [flowPublished.name, flowPaymentsReported.name];
const LARGEST_PART = 1_000;

@ObjectType('FlowEvent', { description: 'A flow was published, or a part of the lines of a published flow was stated.' })
export class FlowEventType {
  /** Not part of the graph: the flow's key and the lines of the part. */
  flowKey!: FlowKey;
  partLines!: FlowLine[];

  @Field(() => String, { description: 'Place in the stream: pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the event, the same however often it is delivered.' })
  id!: string;

  @Field(() => String, { description: 'Name of the event: flow.published or flow.payments-reported.' })
  name!: string;

  @Field(() => String, { description: 'CloudEvents type of the event, e.g. nodoaperto.flow.published.v1.' })
  type!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stated.' })
  at!: number;

  @Field(() => String, { nullable: true, description: 'W3C trace context of the request that caused it.' })
  traceparent?: string;

  @Field(() => PspStub, { nullable: true, description: 'The PSP that sent the flow.' })
  psp?: PspStub;

  @Field(() => CreditorStub, { nullable: true, description: 'The creditor that received it.' })
  creditor?: CreditorStub;

  @Field(() => String, { description: 'Name of the flow.' })
  flowName!: string;

  @Field(() => Int, { description: 'Revision of the flow.' })
  revision!: number;

  @Field(() => Int, { nullable: true, description: 'Of flow.published: how many payments the flow has.' })
  totalPayments?: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'Of flow.published: what they add up to.' })
  totalAmount?: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Of flow.published: when it was published.' })
  publishedAt?: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Of flow.payments-reported: number of the part, from 1; every part but the last has a thousand lines.',
  })
  part?: number;

  @Field(() => Int, { nullable: true, description: 'Of flow.payments-reported: how many lines the part has.' })
  lineCount?: number;
}

const FlowEventConnection = connectionOf('FlowEvent', () => FlowEventType);

const AFTER = {
  nullable: true,
  description: 'Cursor of the last event seen; absent: from now on for a subscription, from the oldest kept for a list.',
} as const;
const PSP = { nullable: true, description: 'Only events of flows that this PSP sends.' } as const;
const CREDITOR = { nullable: true, description: 'Only events of flows that this creditor receives.' } as const;

interface EventFilter {
  psp?: string | null;
  creditorFiscalCode?: string | null;
}

const instantOf = (text: string): number => parseInstant(text) ?? 0;

function present(event: PlatformEvent): FlowEventType {
  const published = isEvent(flowPublished, event) ? dataOf(flowPublished, event) : undefined;
  const reported = published ? undefined : dataOf(flowPaymentsReported, event);
  const { pspCode, name, revision, creditorFiscalCode } = published ?? dataOf(flowPaymentsReported, event);
  return {
    flowKey: { pspCode, name, revision },
    partLines: (reported?.lines ?? []).map((line) => ({ ...line, payDate: instantOf(line.payDate) })),
    cursor: encodeCursor(STREAM, event.position),
    id: event.id,
    name: event.name,
    type: event.type,
    at: instantOf(event.time),
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
    psp: { code: pspCode },
    creditor: { fiscalCode: creditorFiscalCode },
    flowName: name,
    revision,
    ...(published && {
      totalPayments: published.totalPayments,
      totalAmount: published.totalAmount,
      publishedAt: instantOf(published.publishedAt),
    }),
    ...(reported && { part: reported.part, lineCount: reported.lines.length }),
  };
}

/** What the caller may see, narrowed to what it asked for. */
function selectionFor(context: ReportingContext, { psp, creditorFiscalCode }: EventFilter) {
  return {
    names: NAMES,
    audience: audienceOf(callerOf(context)),
    filter: ({ data }: PlatformEvent): boolean => {
      const flow = data as { pspCode: string; creditorFiscalCode: string };
      return (!psp || flow.pspCode === psp) && (!creditorFiscalCode || flow.creditorFiscalCode === creditorFiscalCode);
    },
  };
}

const position = (after: string | null | undefined): bigint | undefined => (after ? decodeCursor(STREAM, after) : undefined);

@Resolver(() => FlowEventType)
export class FlowEventResolver {
  @Allow('PSP', 'EC', 'OPERATOR')
  @Subscription(() => FlowEventType, {
    description: 'Publications of the caller’s flows as they happen, each once and in order; goes on from a cursor without loss or repeat.',
    subscribe: ({ context, args }: { context: ReportingContext; args: EventFilter & { after?: string | null } }) => {
      const { after, ...filter } = args;
      return context.services.stream.subscribe({ ...selectionFor(context, filter), after: position(after) });
    },
  })
  flowEvents(
    @Root() event: PlatformEvent,
    @Arg('after', () => String, AFTER) _after: string | null,
    @Arg('psp', () => String, PSP) _psp: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) _creditorFiscalCode: string | null,
  ): FlowEventType {
    return present(event);
  }

  @Allow('PSP', 'EC', 'OPERATOR')
  @Query(() => FlowEventConnection, {
    description: 'The same events as a list, oldest first. A page may have fewer than asked for and still be followed by more.',
  })
  async flowEventLog(
    @Ctx() context: ReportingContext,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many events, up to 100; 20 when absent.' }) first: number | null,
    @Arg('psp', () => String, PSP) psp: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
  ): Promise<Connection<FlowEventType>> {
    const { filter, ...selection } = selectionFor(context, { psp, creditorFiscalCode });
    const page = await context.services.stream.read({ ...selection, after: position(after) ?? 0n, first: pageSize(first) });
    const edges = page.events.filter(filter).map((event) => ({ cursor: encodeCursor(STREAM, event.position), node: present(event) }));
    return { edges, pageInfo: { hasNextPage: page.hasMore, endCursor: encodeCursor(STREAM, page.lastPosition) } };
  }

  @FieldResolver(() => ReportingFlowType, { nullable: true, description: 'The flow.' })
  async flow(@Ctx() context: ReportingContext, @Root() { flowKey }: FlowEventType): Promise<ReportingFlowType | null> {
    const row = await loadFlow(context, flowKey);
    return row && presentFlow(row);
  }

  @FieldResolver(() => [ReportingLineType], { nullable: true, description: 'Of flow.payments-reported: the first lines of the part.' })
  lines(
    @Root() { flowKey, part, partLines }: FlowEventType,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 1000; 20 when absent.' }) first: number | null,
  ): ReportingLineType[] | null {
    const size = pageSize(first, LARGEST_PART);
    return part === undefined ? null : partLines.slice(0, size).map((line) => presentLine(line, flowKey));
  }
}
