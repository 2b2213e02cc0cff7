/** The facts about payments and stations: as subscriptions, and as lists with the same cursors. */
import { dataOf, encodeCursor, type PlatformEvent } from '@nodo-aperto/kernel/events';
import {
  admittedBy,
  Allow,
  type Connection,
  eventPage,
  eventSubscription,
  type EventView,
  FiscalCodeScalar,
  NoticeNumberScalar,
} from '@nodo-aperto/kernel/graphql';
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
  stationHealthChanged,
} from '@nodo-aperto/schema/events';
import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { loadPayment, type PaymentsContext } from './context.ts';
import { PaymentEventConnection, PaymentEventType, StationEventConnection, StationEventType } from './event-types.ts';
import { PaymentType } from './payment-types.ts';
import { mapConnection, presentPayment } from './present.ts';
import { StationType } from './references.ts';

const PAYMENT_CONTRACTS = [paymentActivated, paymentBooked, paymentFailed, paymentCancelled, paymentProgressed];
const STATION_CONTRACTS = [standInEntered, standInLeft, stationHealthChanged];

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

type Selection = Pick<EventView, 'names' | 'filter' | 'subject'>;

function paymentSelection(args: PaymentEventArgs): Selection {
  const { creditorFiscalCode, pspCode, noticeNumber, stationCode } = args;
  return {
    names: PAYMENT_CONTRACTS.map(({ name }) => name),
    filter(event) {
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

/** Who follows payments: a partner those of creditors that let it see them. */
function ofCaller({ principal }: PaymentsContext): Pick<EventView, 'principal' | 'admits'> {
  const admits = principal && admittedBy(principal, 'PAYMENTS_READ');
  return { principal, ...(admits && { admits }) };
}

function stationSelection({ stationCode }: StationEventArgs): Selection {
  return { names: STATION_CONTRACTS.map(({ name }) => name), ...(stationCode != null && { subject: stationCode }) };
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
  if (event.name === stationHealthChanged.name) {
    const { stationCode, reason, health } = dataOf(stationHealthChanged, event);
    return { ...stated(event), stationCode, reason, health };
  }
  const entered = event.name === standInEntered.name;
  const { stationCode, reason } = dataOf(entered ? standInEntered : standInLeft, event);
  return { ...stated(event), stationCode, reason, entered, health: entered ? 'STAND_IN' : 'ANSWERING' };
}

@Resolver(() => PaymentEventType)
export class PaymentEventsResolver {
  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Subscription(() => PaymentEventType, {
    description: 'What happens to payments that the caller may see; resumes after a cursor without loss or repeat.',
    subscribe: ({ args, context }: Subscribing<PaymentEventArgs>) =>
      eventSubscription(context.services.stream, { ...ofCaller(context), after: args.after, ...paymentSelection(args) }),
  })
  paymentEvents(@Args(() => PaymentEventArgs) _args: PaymentEventArgs, @Root() event: PlatformEvent): PaymentEventType {
    return presentPaymentEvent(event);
  }

  @Allow('CITIZEN', 'EC', 'PSP', 'PARTNER', 'OPERATOR')
  @Query(() => PaymentEventConnection, { description: 'What happened to payments that the caller may see, the oldest first.' })
  async paymentEventLog(
    @Args(() => PaymentEventLogArgs) args: PaymentEventLogArgs,
    @Ctx() context: PaymentsContext,
  ): Promise<Connection<PaymentEventType>> {
    const { after, first } = args;
    const page = await eventPage(context.services.stream, { ...ofCaller(context), after, first, ...paymentSelection(args) });
    return mapConnection(page, presentPaymentEvent);
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
      'Stations that enter Stand-In or leave it, begin to fail or answer again, as far as the caller may see them; resumes after a cursor without loss or repeat.',
    subscribe: ({ args, context }: Subscribing<StationEventArgs>) =>
      eventSubscription(context.services.stream, { principal: context.principal, after: args.after, ...stationSelection(args) }),
  })
  stationEvents(@Args(() => StationEventArgs) _args: StationEventArgs, @Root() event: PlatformEvent): StationEventType {
    return presentStationEvent(event);
  }

  @Allow('EC', 'PARTNER', 'OPERATOR')
  @Query(() => StationEventConnection, {
    description: 'Stations that entered Stand-In or left it, began to fail or answered again, the oldest first.',
  })
  async stationEventLog(
    @Args(() => StationEventLogArgs) args: StationEventLogArgs,
    @Ctx() context: PaymentsContext,
  ): Promise<Connection<StationEventType>> {
    const { after, first } = args;
    const page = await eventPage(context.services.stream, { principal: context.principal, after, first, ...stationSelection(args) });
    return mapConnection(page, presentStationEvent);
  }

  @FieldResolver(() => StationType, { nullable: true, description: 'The station as it is now.' })
  station(@Root() event: StationEventType): StationType {
    return { code: event.stationCode };
  }
}
