/** The queue of deliveries, as the graph shows it. */
import { connectionOf, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Int, ObjectType } from 'type-graphql';
import { ReceiptWaitingFor } from './enums.ts';
import { ReceiptRecipientType, ReceiptType } from './receipt-types.ts';
import { StationReference } from './references.ts';

@ObjectType('ReceiptQueueItem', { description: 'A receipt that a recipient does not have yet.' })
export class ReceiptQueueItemType {
  @Field(() => ReceiptType, { nullable: true, description: 'The receipt.' })
  receipt?: ReceiptType;

  @Field(() => ReceiptRecipientType, { description: 'The recipient that lacks it.' })
  recipient!: ReceiptRecipientType;

  @Field(() => DateTimeScalar, { description: 'Since when it waits.' })
  since!: number;

  @Field(() => ReceiptWaitingFor, { description: 'What it waits for.' })
  waitingFor!: ReceiptWaitingFor;

  @Field(() => String, { description: 'Why, in one sentence.' })
  reason!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it is sent next, unless what it waits for happens before.' })
  nextAttemptAt?: number;

  receiptId!: string;
}

@ObjectType('StationReceiptQueue', { description: 'What waits for one station.' })
export class StationReceiptQueueType {
  @Field(() => StationReference, { nullable: true, description: 'The station.' })
  station?: StationReference;

  @Field(() => Int, { description: 'Receipts that a recipient there lacks: the sum of the next four.' })
  total!: number;

  @Field(() => Int, { description: 'Of these, not tried yet.' })
  untried!: number;

  @Field(() => Int, { description: 'Of these, being sent now.' })
  underWay!: number;

  @Field(() => Int, { description: 'Of these, waiting for their next attempt.' })
  retrying!: number;

  @Field(() => Int, { description: 'Of these, with used-up attempts: the creditor can fetch them, or ask for another delivery.' })
  exhausted!: number;

  @Field(() => DateTimeScalar, { description: 'Since when the oldest waits.' })
  since!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the next of them is sent, unless the station leaves Stand-In before.' })
  nextAttemptAt?: number;

  @Field(() => Boolean, { description: 'Whether the station is in Stand-In, and so not called.' })
  standIn!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it is in Stand-In.' })
  standInReason?: string;

  @Field(() => String, { nullable: true, description: 'Why the latest attempt failed: a code and a sentence.' })
  lastError?: string;
}

export const ReceiptQueueConnection = connectionOf('ReceiptQueueItem', () => ReceiptQueueItemType);
export const StationReceiptQueueConnection = connectionOf('StationReceiptQueue', () => StationReceiptQueueType);
