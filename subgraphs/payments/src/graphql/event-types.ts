/** The facts that this subgraph states, as subscribers and readers of its log get them. */
import { connectionOf, DateTimeScalar, EuroCentsScalar, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Int, ObjectType } from 'type-graphql';
import { OutcomeEnum, PaymentStatusEnum, StationHealthEnum } from './enums.ts';
import { PaymentType } from './payment-types.ts';
import { StationType } from './references.ts';

@ObjectType()
class StatedEvent {
  @Field(() => String, { description: 'Its place in the stream: pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => String, { description: 'Id, the same wherever the event is seen.' })
  id!: string;

  @Field(() => String, { description: 'What happened, e.g. payment.booked.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stated.' })
  at!: number;

  @Field(() => String, { nullable: true, description: 'W3C trace context of the request that caused it.' })
  traceparent?: string;

  @Field(() => Int, { description: 'Revision of the thing after it.' })
  revision!: number;
}

@ObjectType('PaymentEvent', {
  description: 'Something that happened to a payment. Its own fields say how it was then, `payment` how it is now.',
})
export class PaymentEventType extends StatedEvent {
  @Field(() => String, { description: 'The token.' })
  paymentToken!: string;

  @Field(() => PaymentStatusEnum, { description: 'State of the payment then.' })
  status!: PaymentStatusEnum;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice.' })
  noticeNumber!: string;

  @Field(() => String, { description: 'Code of the PSP.' })
  pspCode!: string;

  @Field(() => String, { description: 'Code of the station.' })
  stationCode!: string;

  @Field(() => EuroCentsScalar, { description: 'Amount.' })
  amount!: number;

  @Field(() => Boolean, { description: 'Whether ACA answered in the creditor’s place.' })
  standIn!: boolean;

  @Field(() => Boolean, { description: 'Whether it was booked by an outcome that came after the token had expired.' })
  late!: boolean;

  @Field(() => OutcomeEnum, { nullable: true, description: 'The outcome received by then.' })
  outcome?: OutcomeEnum;

  @Field(() => PaymentType, { nullable: true, description: 'The payment as it is now.' })
  payment?: PaymentType | null;
}

@ObjectType('StationEvent', { description: 'A station entered Stand-In or left it, began to fail or answered again.' })
export class StationEventType extends StatedEvent {
  @Field(() => String, { description: 'Code of the station.' })
  stationCode!: string;

  @Field(() => StationHealthEnum, { description: 'How it answered from then on.' })
  health!: StationHealthEnum;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: it entered Stand-In. False: it left. Null: it is called as before, and only its health changed.',
  })
  entered?: boolean;

  @Field(() => String, { description: 'The figures, or what whoever decided said.' })
  reason!: string;

  @Field(() => StationType, { nullable: true, description: 'The station as it is now.' })
  station?: StationType;
}

export const PaymentEventConnection = connectionOf('PaymentEvent', () => PaymentEventType);
export const StationEventConnection = connectionOf('StationEvent', () => StationEventType);
