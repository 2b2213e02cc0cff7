/** The figures behind Stand-In, as the graph shows them. */
import { DateTimeScalar, EuroCentsScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { StandInDecider } from './enums.ts';

@ObjectType('StandInSlot', { description: 'Calls to a station in one span of time, as the policy counts them.' })
export class StandInSlotType {
  @Field(() => DateTimeScalar, { description: 'When it begins.' })
  from!: number;

  @Field(() => Int, { description: 'Calls for verification and activation.' })
  calls!: number;

  @Field(() => Int, { description: 'How many ended unreachable, in time-out, or with the service not active.' })
  faults!: number;

  @Field(() => Float, { description: 'Percent of the calls that failed.' })
  faultPercentage!: number;

  @Field(() => Float, { description: 'Percent of the platform’s calls that went to the station.' })
  share!: number;

  @Field(() => Boolean, { description: 'Whether it counts as failed.' })
  failed!: boolean;
}

@ObjectType('StandInPeriod', { description: 'One time in Stand-In, by policy or by hand, with the figures behind it.' })
export class StandInPeriodType {
  @Field(() => DateTimeScalar, { description: 'When the station entered.' })
  enteredAt!: number;

  @Field(() => StandInDecider, { description: 'Who decided the entry.' })
  enteredBy!: StandInDecider;

  @Field(() => String, { description: 'The figures, or what whoever decided said.' })
  enteredBecause!: string;

  @Field(() => String, { nullable: true, description: 'The profile that judged; null for a decision by hand.' })
  profile?: string;

  @Field(() => [StandInSlotType], { description: 'The evidence that the profile judged by, oldest first.' })
  slots!: StandInSlotType[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it left; null while it is in Stand-In.' })
  leftAt?: number;

  @Field(() => StandInDecider, { nullable: true, description: 'Who decided the exit.' })
  leftBy?: StandInDecider;

  @Field(() => String, { nullable: true, description: 'The figures, or what whoever decided said.' })
  leftBecause?: string;

  @Field(() => Int, { description: 'Payments that were opened in Stand-In meanwhile and are open or booked.' })
  payments!: number;

  @Field(() => EuroCentsScalar, { description: 'Their amounts together.' })
  totalAmount!: number;
}

@ObjectType('AnnouncedMaintenance', { description: 'A maintenance that is under way or to come.' })
export class AnnouncedMaintenanceType {
  @Field(() => DateTimeScalar, { description: 'When it begins.' })
  start!: number;

  @Field(() => DateTimeScalar, { description: 'When it ends.' })
  end!: number;

  @Field(() => Boolean, { description: 'True: the station is not called meanwhile. False: it is, and ACA does not answer in its place.' })
  standIn!: boolean;
}

@ObjectType('StandInExposure', { description: 'What is paid in Stand-In through a station in the span of its limits, and the limits.' })
export class StandInExposureType {
  @Field(() => Int, { description: 'Length of the span that ends now, in minutes.' })
  periodMinutes!: number;

  @Field(() => Int, { description: 'Payments in the span, open or booked.' })
  payments!: number;

  @Field(() => EuroCentsScalar, { description: 'Their amounts together.' })
  totalAmount!: number;

  @Field(() => Int, { nullable: true, description: 'The most payments; null: as many as come.' })
  mostPayments?: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'The most for all together; null: no limit.' })
  mostTotalAmount?: number;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'The most for one payment; null: no limit.' })
  mostSingleAmount?: number;
}

@ObjectType('StandInVisibility', { description: 'Whether answers on a channel carry the `standin` element, and why.' })
export class StandInVisibilityType {
  @Field(() => String, { description: 'Code of the channel.' })
  channelCode!: string;

  @Field(() => Boolean, { description: 'Whether they do.' })
  shown!: boolean;

  @Field(() => String, { description: 'Why, in a sentence.' })
  reason!: string;
}
