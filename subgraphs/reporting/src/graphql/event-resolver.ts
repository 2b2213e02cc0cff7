/** The subgraph's stream in the graph: live, and as a list with the same cursors. */
import { dataOf, encodeCursor, isEvent, type PlatformEvent } from '@nodo-aperto/kernel/events';
import {
  Allow,
  type Connection,
  connectionOf,
  DateScalar,
  DateTimeScalar,
  EuroCentsScalar,
  eventPage,
  eventSubscription,
  FiscalCodeScalar,
  pageSize,
} from '@nodo-aperto/kernel/graphql';
import { isEuroCents } from '@nodo-aperto/kernel/money';
import { parseInstant } from '@nodo-aperto/kernel/time';
import {
  flowDraftCreated,
  flowFinal,
  flowMissing,
  flowPaymentsReported,
  flowPublished,
  flowUploadProgressed,
  reconciliationDone,
} from '@nodo-aperto/schema/events';
import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { FlowLine } from '../domain/flow.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { loadFlow, type ReportingContext } from './context.ts';
import { presentFlow, presentLine, ReportingFlowType, ReportingLineType } from './flow-types.ts';
import { CreditorStub, PspStub } from './stubs.ts';

const STREAM = 'reporting';
const NAMES = [flowDraftCreated, flowUploadProgressed, flowPublished, flowPaymentsReported, flowFinal, flowMissing, reconciliationDone].map(
  ({ name }) => name as string,
);
const LARGEST_PART = 1_000;

@ObjectType('FlowEvent', {
  description:
    'Something happened to a flow: it was begun, filled, published, its lines were stated, it became final; a deadline passed without one; or all were compared with the bookings.',
})
export class FlowEventType {
  /** Not part of the graph: the flow's key and the lines of the part. */
  flowKey?: FlowKey;
  partLines?: FlowLine[];

  @Field(() => String, { description: 'Place in the stream: pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the event, the same however often it is delivered.' })
  id!: string;

  @Field(() => String, { description: `Name of the event: ${NAMES.join(', ')}.` })
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

  @Field(() => String, { nullable: true, description: 'Name of the flow; absent when the event is about none.' })
  flowName?: string;

  @Field(() => Int, { nullable: true, description: 'Revision of the flow; absent when the event is about none.' })
  revision?: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many payments the flow has or, as a draft, declares; of flow.missing-at-deadline: how many no flow reports.',
  })
  totalPayments?: number;

  @Field(() => EuroCentsScalar, {
    nullable: true,
    description: 'What these add up to; null when it is more than an amount can be, which only missing ones can.',
  })
  totalAmount?: number;

  @Field(() => Int, { nullable: true, description: 'Of flow.upload-progressed: how many payments have been uploaded.' })
  receivedPayments?: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'Of flow.upload-progressed: what they add up to.' })
  receivedAmount?: number;

  @Field(() => Int, { nullable: true, description: 'Of flow.published: the revision that it takes the place of.' })
  replacesRevision?: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Of flow.published: the first instant that is too late to replace it (end of D+4).',
  })
  replaceableUntil?: number;

  @Field(() => DateScalar, { nullable: true, description: 'Of flow.missing-at-deadline: the operative day of the payments.' })
  operativeDay?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Of flow.missing-at-deadline: the last day for reporting them (D+2).' })
  dueDay?: string;

  @Field(() => ID, { nullable: true, description: 'Of reconciliation.done: the run.' })
  reconciliationRun?: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Of reconciliation.done: how many items are open between the two, or in the whole run.',
  })
  openItems?: number;

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
  after?: string | null;
  psp?: string | null;
  creditorFiscalCode?: string | null;
}

const instantOf = (text: string): number => parseInstant(text) ?? 0;

/** What an event says beside what every event has. */
type Told = Omit<Partial<FlowEventType>, 'cursor' | 'id' | 'name' | 'type' | 'at'>;

function toldBy(event: PlatformEvent): Told {
  if (isEvent(flowMissing, event)) {
    const { operativeDay, dueDay, payments, amount } = dataOf(flowMissing, event);
    return { operativeDay, dueDay, totalPayments: payments, ...(isEuroCents(amount) && { totalAmount: amount }) };
  }
  if (isEvent(reconciliationDone, event)) {
    const { run, openItems } = dataOf(reconciliationDone, event);
    return { reconciliationRun: String(run), openItems };
  }
  const { pspCode, name, revision } = event.data as FlowKey;
  return { flowKey: { pspCode, name, revision }, flowName: name, revision, ...toldOfFlow(event) };
}

function toldOfFlow(event: PlatformEvent): Told {
  if (isEvent(flowPublished, event)) {
    const { totalPayments, totalAmount, publishedAt, replacesRevision, replaceableUntil } = dataOf(flowPublished, event);
    return {
      totalPayments,
      totalAmount,
      publishedAt: instantOf(publishedAt),
      ...(replacesRevision !== undefined && { replacesRevision }),
      ...(replaceableUntil !== undefined && { replaceableUntil: instantOf(replaceableUntil) }),
    };
  }
  if (isEvent(flowPaymentsReported, event)) {
    const { part, lines } = dataOf(flowPaymentsReported, event);
    return { part, lineCount: lines.length, partLines: lines.map((line) => ({ ...line, payDate: instantOf(line.payDate) })) };
  }
  if (isEvent(flowUploadProgressed, event)) {
    const { receivedPayments, receivedAmount, declaredPayments, declaredAmount } = dataOf(flowUploadProgressed, event);
    return { receivedPayments, receivedAmount, totalPayments: declaredPayments, totalAmount: declaredAmount };
  }
  if (isEvent(flowDraftCreated, event)) {
    const { declaredPayments, declaredAmount } = dataOf(flowDraftCreated, event);
    return { totalPayments: declaredPayments, totalAmount: declaredAmount };
  }
  return {};
}

function present(event: PlatformEvent): FlowEventType {
  const { pspCode, creditorFiscalCode } = event.data as { pspCode?: string; creditorFiscalCode?: string };
  return {
    cursor: encodeCursor(STREAM, event.position),
    id: event.id,
    name: event.name,
    type: event.type,
    at: instantOf(event.time),
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
    ...(pspCode !== undefined && { psp: { code: pspCode } }),
    ...(creditorFiscalCode !== undefined && { creditor: { fiscalCode: creditorFiscalCode } }),
    ...toldBy(event),
  };
}

/** What the caller asked for; what it may see is the kernel's to know. */
function viewFor({ principal }: ReportingContext, { psp, creditorFiscalCode, after }: EventFilter) {
  return {
    principal,
    names: NAMES,
    after: after ?? null,
    filter: ({ data }: PlatformEvent): boolean => {
      const flow = data as { pspCode?: string; creditorFiscalCode?: string };
      return (!psp || flow.pspCode === psp) && (!creditorFiscalCode || flow.creditorFiscalCode === creditorFiscalCode);
    },
  };
}

@Resolver(() => FlowEventType)
export class FlowEventResolver {
  @Allow('PSP', 'EC', 'OPERATOR')
  @Subscription(() => FlowEventType, {
    description: 'What happens to the caller’s flows as it happens, each once and in order; goes on from a cursor without loss or repeat.',
    subscribe: ({ context, args }: { context: ReportingContext; args: EventFilter }) =>
      eventSubscription(context.services.stream, viewFor(context, args)),
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
    const page = await eventPage(context.services.stream, { ...viewFor(context, { psp, creditorFiscalCode, after }), first });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: present(node) })) };
  }

  @FieldResolver(() => ReportingFlowType, {
    nullable: true,
    description: 'The flow; null once a draft was deleted, and when a flow is missing.',
  })
  async flow(@Ctx() context: ReportingContext, @Root() { flowKey }: FlowEventType): Promise<ReportingFlowType | null> {
    const row = flowKey ? await loadFlow(context, flowKey) : null;
    return row && presentFlow(row);
  }

  @FieldResolver(() => [ReportingLineType], { nullable: true, description: 'Of flow.payments-reported: the first lines of the part.' })
  lines(
    @Root() { flowKey, partLines }: FlowEventType,
    @Arg('first', () => Int, { nullable: true, description: 'How many, up to 1000; 20 when absent.' }) first: number | null,
  ): ReportingLineType[] | null {
    const size = pageSize(first, LARGEST_PART);
    return flowKey && partLines ? partLines.slice(0, size).map((line) => presentLine(line, flowKey)) : null;
  }
}
