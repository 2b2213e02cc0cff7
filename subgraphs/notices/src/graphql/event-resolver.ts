/** The subgraph's stream in the graph: live, and as a list with the same cursors. */
import { dataOf, encodeCursor, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { ForbiddenError } from '@nodo-aperto/kernel/faults';
import {
  Allow,
  connectionOf,
  DateTimeScalar,
  EuroCentsScalar,
  eventPage,
  eventSubscription,
  type EventView,
  FiscalCodeScalar,
  NoticeNumberScalar,
  type Connection,
} from '@nodo-aperto/kernel/graphql';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { noticeChanged } from '@nodo-aperto/schema/events';
import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import { actsFor, callerOf, loadNotice, type NoticesContext } from './context.ts';
import { PositionStatusEnum } from './enums.ts';
import { NoticeType } from './notice-types.ts';
import { presentNotice } from './present.ts';
import { visibilityOf } from './visibility.ts';

const STREAM = 'notices';

@ObjectType('NoticeEvent', { description: 'A notice was loaded, updated, invalidated, expired, paid or deleted.' })
export class NoticeEventType {
  @Field(() => String, { description: 'Place in the stream: pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the event, the same however often it is delivered.' })
  id!: string;

  @Field(() => String, { description: 'Name of the event: notice.changed.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stated.' })
  at!: number;

  @Field(() => String, { nullable: true, description: 'W3C trace context of the request that caused it.' })
  traceparent?: string;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice.' })
  noticeNumber!: string;

  @Field(() => PositionStatusEnum, { description: 'State of the notice after the event.' })
  status!: PositionStatusEnum;

  @Field(() => EuroCentsScalar, { description: 'What was owed after the event.' })
  amount!: number;

  @Field(() => Int, { description: 'Revision of the notice after the event.' })
  revision!: number;

  @Field(() => Boolean, { description: 'Whether the notice was deleted.' })
  deleted!: boolean;
}

const NoticeEventConnection = connectionOf('NoticeEvent', () => NoticeEventType);

const AFTER = {
  nullable: true,
  description: 'Cursor of the last event seen; absent: from now on for a subscription, from the oldest kept for a list.',
} as const;
const FILTER = {
  nullable: true,
  description: 'Only events of this creditor; needed by partners, who follow the creditors that they serve.',
} as const;

interface EventArguments {
  after?: string | null;
  creditorFiscalCode?: string | null;
}

function present(event: PlatformEvent): NoticeEventType {
  const notice = dataOf(noticeChanged, event);
  return {
    cursor: encodeCursor(STREAM, event.position),
    id: event.id,
    name: event.name,
    at: parseInstant(event.time) ?? 0,
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
    creditorFiscalCode: notice.creditorFiscalCode,
    noticeNumber: notice.noticeNumber,
    status: notice.status,
    amount: notice.amount,
    revision: notice.revision,
    deleted: notice.deleted ?? false,
  };
}

/** What the caller may see, narrowed to what it asked for. @throws ForbiddenError */
async function viewFor(context: NoticesContext, { creditorFiscalCode, after }: EventArguments): Promise<EventView> {
  const principal = callerOf(context);
  const view = { principal, after, names: [noticeChanged.name] };
  if (!creditorFiscalCode) {
    if (principal.role === 'PARTNER') throw new ForbiddenError('A partner follows one creditor at a time: name it as creditorFiscalCode.');
    return view;
  }
  if (principal.role === 'CITIZEN') return { ...view, filter: (event) => isOf(event, creditorFiscalCode) };
  if (!(await actsFor(context, creditorFiscalCode))) throw new ForbiddenError('The creditor is not yours to follow.');
  // Whoever acts for a creditor sees what the creditor sees, and nothing of others.
  return {
    ...view,
    principal: { ...principal, role: 'EC', tenant: creditorFiscalCode },
    ...(principal.role === 'PARTNER' && { admits: () => actsFor(context, creditorFiscalCode) }),
  };
}

function isOf(event: PlatformEvent, creditorFiscalCode: string): boolean {
  return event.subject.startsWith(`${creditorFiscalCode}/`);
}

@Resolver(() => NoticeEventType)
export class NoticeEventResolver {
  @Allow('EC', 'PARTNER', 'CITIZEN', 'OPERATOR')
  @Subscription(() => NoticeEventType, {
    description: 'Changes of the caller’s notices as they happen, each once and in order; goes on from a cursor without loss or repeat.',
    subscribe: async (data: { args: unknown; context: unknown }) => {
      const context = data.context as NoticesContext;
      const wanted = data.args as EventArguments;
      return eventSubscription(context.services.stream, await viewFor(context, wanted));
    },
  })
  noticeEvents(
    @Root() event: PlatformEvent,
    @Arg('after', () => String, AFTER) _after: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, FILTER) _creditorFiscalCode: string | null,
  ): NoticeEventType {
    return present(event);
  }

  @Allow('EC', 'PARTNER', 'CITIZEN', 'OPERATOR')
  @Query(() => NoticeEventConnection, { description: 'The same events as a list, oldest first.' })
  async noticeEventLog(
    @Ctx() context: NoticesContext,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many events, up to 100.' }) first: number | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, FILTER) creditorFiscalCode: string | null,
  ): Promise<Connection<NoticeEventType>> {
    const page = await eventPage(context.services.stream, { ...(await viewFor(context, { creditorFiscalCode, after })), first });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: present(node) })) };
  }

  @FieldResolver(() => NoticeType, { nullable: true, description: 'The notice as it is now; null when it is gone.' })
  async notice(@Ctx() context: NoticesContext, @Root() { creditorFiscalCode, noticeNumber }: NoticeEventType): Promise<NoticeType | null> {
    const view = await loadNotice(context, { creditorFiscalCode, noticeNumber });
    const visibility = view ? await visibilityOf(context, view, 'QUERY') : 'NONE';
    return view && visibility !== 'NONE' ? presentNotice(view, visibility) : null;
  }
}
