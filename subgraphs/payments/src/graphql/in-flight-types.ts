/** What is under way now, as the graph shows it. */
import { connectionOf, DateTimeScalar, EuroCentsScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Int, ObjectType } from 'type-graphql';
import { PaymentStatusEnum } from './enums.ts';
import { PaymentType } from './payment-types.ts';
import { PspType, StationType } from './references.ts';

@ObjectType('SessionTotal', { description: 'The open sessions of one PSP through one station.' })
export class SessionTotalType {
  @Field(() => String, { description: 'Code of the station.' })
  stationCode!: string;

  @Field(() => String, { description: 'Code of the PSP.' })
  pspCode!: string;

  @Field(() => Int, { description: 'How many sessions are open.' })
  sessions!: number;

  @Field(() => Int, { description: 'How many of them are past their deadline.' })
  overdue!: number;

  @Field(() => Int, { description: 'How many of them are in Stand-In.' })
  standIn!: number;

  @Field(() => EuroCentsScalar, { description: 'Their amounts together.' })
  amount!: number;

  @Field(() => Int, { description: 'Age of the oldest, in seconds.' })
  oldestSeconds!: number;

  @Field(() => DateTimeScalar, { description: 'The next deadline.' })
  nextDeadline!: number;

  @Field(() => StationType, { nullable: true, description: 'The station.' })
  station?: StationType;

  @Field(() => PspType, { nullable: true, description: 'The PSP.' })
  psp?: PspType;
}

@ObjectType('StuckPayment', { description: 'A payment that is longer in its state than it should be.' })
export class StuckPaymentType {
  @Field(() => String, { description: 'The token.' })
  paymentToken!: string;

  @Field(() => PaymentStatusEnum, { description: 'The state.' })
  status!: PaymentStatusEnum;

  @Field(() => DateTimeScalar, { description: 'Since when its time has been running: of an open session, from the end of its token.' })
  since!: number;

  @Field(() => DateTimeScalar, { description: 'When it should have gone on at the latest, by the settings.' })
  expectedBy!: number;

  @Field(() => String, { description: 'What is probably the matter.' })
  probably!: string;

  @Field(() => PaymentType, { nullable: true, description: 'The payment.' })
  payment?: PaymentType | null;
}

export const SessionTotalConnection = connectionOf('SessionTotal', () => SessionTotalType);
export const StuckPaymentConnection = connectionOf('StuckPayment', () => StuckPaymentType);
