/** The facts about payments and stations: as subscriptions, and as lists with the same cursors. */
import { dataOf, encodeCursor, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { Allow, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { parseInstant } from '@nodo-aperto/kernel/time';
import {
  paymentActivated,
  paymentBooked,
  paymentCancelled,
  paymentFailed,
  paymentProgressed,
  type PaymentSnapshot,
  standInEntered,
  standInLeft,
} from '@nodo-aperto/schema/events';
import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { type EventSelection, followEvents, listEvents } from '../services/read-events.ts';
import { callerOf, loadPayment, type PaymentsContext } from './context.ts';
import { PaymentEventConnection, PaymentEventType, StationEventConnection, StationEventType } from './event-types.ts';
import { PaymentType } from './payment-types.ts';
import { presentPayment } from './present.ts';
import { StationType } from './references.ts';

const PAYMENT_CONTRACTS = [paymentActivated, paymentBooked, paymentFailed, paymentCancelled, paymentProgressed];
const STATION_CONTRACTS = [standInEntered, standInLeft];

@ArgsType()
class StationEventArgs {
  @Field(() => String, { nullable: true, description: 'Events past this cursor; a subscription without it begins now.' })
  after?: string | null;

  @Field(() => String, { nullable: true, description: 'Only of this station.' })
  stationCode?: string | null;
}

@ArgsType()
class PaymentEventArgs extends StationEventArgs {
  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Only of notices of this creditor.' })
  creditorFiscalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Only by this PSP.' })
  pspCode?: string | null;

  @Field(() => NoticeNumberScalar, { nullable: true, description: 'Only of notices of this number.' })
  noticeNumber?: string | null;
}

@ArgsType()
class StationEventLogArgs extends StationEventArgs {
  @Field(() => Int, { nullable: true, description: 'How many events, at most 100; 20 when absent.' })
  first?: number | null;
}

@ArgsType()
class PaymentEventLogArgs extends PaymentEventArgs {
  @Field(() => Int, { nullable: true, description: 'How many events, at most 100; 20 when absent.' })
  first?: number | null;
}

/** Arguments of a subscription come as they were sent. */
interface Subscribing<Wanted> {
  args: Wanted;
  context: PaymentsContext;
}

function paymentSelection(args: PaymentEventArgs): EventSelection {
  const { creditorFiscalCode, pspCode, noticeNumber, stationCode } = args;
  return {
    names: PAYMENT_CONTRACTS.map(({ name }) => name),
    matches(event) {
      const payment = event.data as PaymentSnapshot;
      return (
        (creditorFiscalCode == null || payment.creditorFiscalCode === creditorFiscalCode) &&
        (pspCode == null || payment.pspCode === pspCode) &&
        (noticeNumber == null || payment.noticeNumber === noticeNumber) &&
        (stationCode == null || payment.stationCode === stationCode)
      );
    },
  };
}

function stationSelection({ stationCode }: StationEventArgs): EventSelection {
  return { names: STATION_CONTRACTS.map(({ name }) => name), matches: (event) => stationCode == null || event.subject === stationCode };
}

function stated(event: PlatformEvent) {
  const { id, name, revision, traceparent } = event;
  return { cursor: encodeCursor('payments', event.position), id, name, revision, traceparent, at: parseInstant(event.time) ?? 0 };
}

function presentPaymentEvent(event: PlatformEvent): PaymentEventType {
  const contract = PAYMENT_CONTRACTS.find(({ name }) => name === event.name) ?? paymentActivated;
  const { paymentToken, status, creditorFiscalCode, noticeNumber, pspCode, stationCode, amount, standIn, late, outcome } = dataOf(
    contract,
    event,
  );
  return { ...stated(event), paymentToken, status, creditorFiscalCode, noticeNumber, pspCode, stationCode, amount, standIn, late, outcome };
}

function presentStationEvent(event: PlatformEvent): StationEventType {
  const entered = event.name === standInEntered.name;
  const { stationCode, reason } = dataOf(entered ? standInEntered : standInLeft, event);
  return { ...stated(event), stationCode, reason, entered };
}

@Resolver(() => PaymentEventType)
export class PaymentEventsResolver {
  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Subscription(() => PaymentEventType, {
    description: 'What happens to payments that the caller may see; resumes after a cursor without loss or repeat.',
    subscribe: ({ args, context }: Subscribing<PaymentEventArgs>) =>
      followEvents(context.services.stream, callerOf(context), paymentSelection(args), args.after),
  })
  paymentEvents(@Args(() => PaymentEventArgs) _args: PaymentEventArgs, @Root() event: PlatformEvent): PaymentEventType {
    return presentPaymentEvent(event);
  }

  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Query(() => PaymentEventConnection, { description: 'What happened to payments that the caller may see, the oldest first.' })
  async paymentEventLog(
    @Args(() => PaymentEventLogArgs) args: PaymentEventLogArgs,
    @Ctx() context: PaymentsContext,
  ): Promise<PaymentEventConnection> {
    const { events, ...pageInfo } = await listEvents(context.services.stream, callerOf(context), paymentSelection(args), args);
    return { edges: events.map(presentPaymentEvent).map((node) => ({ cursor: node.cursor, node })), pageInfo };
  }

  @FieldResolver(() => PaymentType, { nullable: true, description: 'The payment as it is now.' })
  async payment(@Root() event: PaymentEventType, @Ctx() context: PaymentsContext): Promise<PaymentType | null> {
    const row = await loadPayment(context, event.paymentToken);
    return row && presentPayment(row, context.principal);
  }
}

@Resolver(() => StationEventType)
export class StationEventsResolver {
  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Subscription(() => StationEventType, {
    description:
      'Stations that enter Stand-In or leave it, as far as the caller may see them; resumes after a cursor without loss or repeat.',
    subscribe: ({ args, context }: Subscribing<StationEventArgs>) =>
      followEvents(context.services.stream, callerOf(context), stationSelection(args), args.after),
  })
  stationEvents(@Args(() => StationEventArgs) _args: StationEventArgs, @Root() event: PlatformEvent): StationEventType {
    return presentStationEvent(event);
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => StationEventConnection, { description: 'Stations that entered Stand-In or left it, the oldest first.' })
  async stationEventLog(
    @Args(() => StationEventLogArgs) args: StationEventLogArgs,
    @Ctx() context: PaymentsContext,
  ): Promise<StationEventConnection> {
    const { events, ...pageInfo } = await listEvents(context.services.stream, callerOf(context), stationSelection(args), args);
    return { edges: events.map(presentStationEvent).map((node) => ({ cursor: node.cursor, node })), pageInfo };
  }

  @FieldResolver(() => StationType, { nullable: true, description: 'The station as it is now.' })
  station(@Root() event: StationEventType): StationType {
    return { code: event.stationCode };
  }
}
