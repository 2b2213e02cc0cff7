/** The subgraph's stream in the graph: live, and as a list with the same cursors. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { dataOf, encodeCursor, type EventContract, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { InputError, InvariantError } from '@nodo-aperto/kernel/faults';
import {
  admittedBy,
  Allow,
  type Connection,
  connectionOf,
  DateTimeScalar,
  EuroCentsScalar,
  eventPage,
  eventSubscription,
  type EventView,
  FiscalCodeScalar,
  IuvScalar,
  NoticeNumberScalar,
} from '@nodo-aperto/kernel/graphql';
import { parseInstant } from '@nodo-aperto/kernel/time';
import {
  receiptCompleted,
  receiptCreated,
  receiptDelivered,
  receiptExhausted,
  receiptPending,
  receiptSent,
  type ReceiptSnapshot,
} from '@nodo-aperto/schema/events';
import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import { showsEvidence } from '../domain/visibility.ts';
import { callerOf, readReceipt, type ReceiptsContext } from './context.ts';
import { ReceiptRecipientStatus } from './enums.ts';
import { ReceiptType } from './receipt-types.ts';
import { PaymentReference, StationReference } from './references.ts';

const STREAM = 'receipts';
const CONTRACTS = [receiptCreated, receiptSent, receiptDelivered, receiptPending, receiptExhausted, receiptCompleted];
const NAMES: readonly string[] = CONTRACTS.map(({ name }) => name);

@ObjectType('ReceiptEventRecipient', { description: 'A recipient as it was right after an event.' })
export class ReceiptEventRecipientType {
  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => StationReference, { nullable: true, description: 'The station that the receipt is sent to.' })
  station?: StationReference;

  @Field(() => ReceiptRecipientStatus, { description: 'How far the delivery had come.' })
  status!: ReceiptRecipientStatus;

  @Field(() => Int, { description: 'Attempts so far.' })
  attempts!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was to be sent next.' })
  nextAttemptAt?: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why the last attempt did not deliver. For its recipient, the broker of the station and operators.',
  })
  lastError?: string;
}

@ObjectType('ReceiptEvent', { description: 'A receipt was made, sent, delivered, could not be delivered, or reached everybody.' })
export class ReceiptEventType {
  @Field(() => String, { description: 'Place in the stream: pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the event, the same however often it is delivered.' })
  id!: string;

  @Field(() => String, {
    description: 'receipt.created, receipt.sent, receipt.delivered, receipt.pending, receipt.exhausted or receipt.completed.',
  })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stated.' })
  at!: number;

  @Field(() => String, { nullable: true, description: 'W3C trace context of the request that caused it.' })
  traceparent?: string;

  @Field(() => ID, { description: 'Id of the receipt: the payment token.' })
  receiptId!: string;

  @Field(() => PaymentReference, { nullable: true, description: 'The payment.' })
  payment?: PaymentReference;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor of the notice.' })
  creditorFiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice.' })
  noticeNumber!: string;

  @Field(() => IuvScalar, { description: 'The creditor’s reference.' })
  iuv!: string;

  @Field(() => EuroCentsScalar, { description: 'What was paid.' })
  amount!: number;

  @Field(() => Boolean, { description: 'Whether it was paid in Stand-In.' })
  standIn!: boolean;

  @Field(() => Int, { description: 'Revision of the receipt after the event: grows by one with every event about it.' })
  revision!: number;

  @Field(() => ReceiptEventRecipientType, {
    nullable: true,
    description: 'The recipient that it is about; absent when it is about the whole receipt.',
  })
  recipient?: ReceiptEventRecipientType;

  @Field(() => [ReceiptEventRecipientType], { description: 'All recipients right after the event.' })
  recipients!: ReceiptEventRecipientType[];
}

const ReceiptEventConnection = connectionOf('ReceiptEvent', () => ReceiptEventType);

const AFTER = {
  nullable: true,
  description: 'Cursor of the last event seen; absent: from now on for a subscription, from the oldest kept for a list.',
} as const;
const CREDITOR = { nullable: true, description: 'Only events of receipts that this creditor gets.' } as const;
const STATION = { nullable: true, description: 'Only events of receipts that this station gets.' } as const;

const NOTICE = { nullable: true, description: 'Only events about this notice.' } as const;
const RECEIPT = { nullable: true, description: 'Only events about this receipt.' } as const;
const EVENT_NAMES = { nullable: true, description: 'Only events of these names.' } as const;

interface Filter {
  creditorFiscalCode?: string | null;
  stationCode?: string | null;
  noticeNumber?: string | null;
}

interface EventArguments extends Filter {
  after?: string | null;
  names?: string[] | null;
  receiptId?: string | null;
}

function snapshotOf(event: PlatformEvent): ReceiptSnapshot {
  const contract = CONTRACTS.find(({ name }) => name === event.name);
  if (!contract) throw new InvariantError(`the stream of receipts has an event ${event.type}`);
  return dataOf<string, ReceiptSnapshot>(contract as EventContract<string, ReceiptSnapshot>, event);
}

/** An event that is about one recipient is the business of that recipient. */
function passes(event: PlatformEvent, { creditorFiscalCode, stationCode, noticeNumber }: Filter): boolean {
  if (!creditorFiscalCode && !stationCode && !noticeNumber) return true;
  const { recipient, recipients, creditorFiscalCode: creditor, noticeNumber: number } = snapshotOf(event);
  if (noticeNumber && number !== noticeNumber) return false;
  const concerned = recipient ? [recipient] : recipients;
  const creditors = recipient ? [recipient.creditorFiscalCode] : [creditor, ...recipients.map((each) => each.creditorFiscalCode)];
  if (creditorFiscalCode && !creditors.includes(creditorFiscalCode)) return false;
  return !stationCode || concerned.some((each) => each.stationCode === stationCode);
}

function present(event: PlatformEvent, principal: Principal): ReceiptEventType {
  const receipt = snapshotOf(event);
  const shown = (recipient: ReceiptSnapshot['recipients'][number]) => presentRecipient(recipient, principal);
  return {
    cursor: encodeCursor(STREAM, event.position),
    id: event.id,
    name: event.name,
    at: parseInstant(event.time) ?? 0,
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
    receiptId: receipt.receiptId,
    payment: { paymentToken: receipt.paymentToken },
    creditorFiscalCode: receipt.creditorFiscalCode,
    noticeNumber: receipt.noticeNumber,
    iuv: receipt.iuv,
    amount: receipt.amount,
    standIn: receipt.standIn,
    revision: receipt.revision,
    ...(receipt.recipient && { recipient: shown(receipt.recipient) }),
    recipients: receipt.recipients.map(shown),
  };
}

function presentRecipient(recipient: ReceiptSnapshot['recipients'][number], principal: Principal): ReceiptEventRecipientType {
  const { creditorFiscalCode, stationCode, brokerCode = '', status, attempts, nextAttemptAt, lastError } = recipient;
  const at = nextAttemptAt === undefined ? undefined : parseInstant(nextAttemptAt);
  return {
    creditorFiscalCode,
    station: { code: stationCode },
    status,
    attempts,
    ...(at !== undefined && { nextAttemptAt: at }),
    ...(lastError !== undefined && showsEvidence(principal, { creditorFiscalCode, brokerCode }) && { lastError }),
  };
}

function viewFor(principal: Principal, { after, names, receiptId, ...filter }: EventArguments): EventView {
  const unknown = names?.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw InputError.at('names', `${unknown.slice(0, 60)} is no event of receipts`, `some of ${NAMES.join(', ')}`);
  const admits = admittedBy(principal, 'RECEIPTS_READ');
  return {
    principal,
    ...(admits && { admits }),
    after: after ?? null,
    names: names && names.length > 0 ? names : NAMES,
    ...(receiptId && { subject: receiptId }),
    filter: (event) => passes(event, filter),
  };
}

@Resolver(() => ReceiptEventType)
export class ReceiptEventResolver {
  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Subscription(() => ReceiptEventType, {
    description: 'What happens to the caller’s receipts, each event once and in order; goes on from a cursor without loss or repeat.',
    subscribe: ({ args, context }: { args: unknown; context: ReceiptsContext }) =>
      eventSubscription(context.services.stream, viewFor(callerOf(context), args as EventArguments)),
  })
  receiptEvents(
    @Ctx() context: ReceiptsContext,
    @Root() event: PlatformEvent,
    @Arg('after', () => String, AFTER) _after: string | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) _creditorFiscalCode: string | null,
    @Arg('stationCode', () => String, STATION) _stationCode: string | null,
    @Arg('noticeNumber', () => NoticeNumberScalar, NOTICE) _noticeNumber: string | null,
    @Arg('receiptId', () => ID, RECEIPT) _receiptId: string | null,
    @Arg('names', () => [String], EVENT_NAMES) _names: string[] | null,
  ): ReceiptEventType {
    return present(event, callerOf(context));
  }

  @Allow('EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Query(() => ReceiptEventConnection, {
    description:
      'The same events as a list, oldest first. With filters a page may be short although more follows: read on from its cursor.',
  })
  async receiptEventLog(
    @Ctx() context: ReceiptsContext,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('first', () => Int, { nullable: true, description: 'How many events, up to 100.' }) first: number | null,
    @Arg('creditorFiscalCode', () => FiscalCodeScalar, CREDITOR) creditorFiscalCode: string | null,
    @Arg('stationCode', () => String, STATION) stationCode: string | null,
    @Arg('noticeNumber', () => NoticeNumberScalar, NOTICE) noticeNumber: string | null,
    @Arg('receiptId', () => ID, RECEIPT) receiptId: string | null,
    @Arg('names', () => [String], EVENT_NAMES) names: string[] | null,
  ): Promise<Connection<ReceiptEventType>> {
    const principal = callerOf(context);
    const view = viewFor(principal, { after, creditorFiscalCode, stationCode, noticeNumber, receiptId, names });
    const page = await eventPage(context.services.stream, { ...view, first });
    return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: present(node, principal) })) };
  }

  @FieldResolver(() => ReceiptType, { nullable: true, description: 'The receipt as it is now.' })
  async receipt(@Ctx() context: ReceiptsContext, @Root() { receiptId }: ReceiptEventType): Promise<ReceiptType | null> {
    return readReceipt(context, receiptId);
  }
}
