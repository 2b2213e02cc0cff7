/** The health of stations, and what operators see besides, as the graph shows it. */
import type { ExposureLimits } from '@nodo-aperto/kernel/directory';
import { connectionOf, DateTimeScalar, FiscalCodeScalar, NoticeNumberScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Int, ObjectType } from 'type-graphql';
import { KeptTo, OutcomeEnum, PaymentFaultCode, ProbeResultEnum, StandInDecider, StationHealthEnum } from './enums.ts';
import { StationType } from './references.ts';
import { AnnouncedMaintenanceType, StandInSlotType } from './stand-in-types.ts';

@ObjectType('StationProbe', { description: 'A technical call with the notice that nobody has, while the station is in Stand-In.' })
export class StationProbeType {
  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: number;

  @Field(() => ProbeResultEnum, { description: 'What it found.' })
  result!: ProbeResultEnum;

  @Field(() => String, { description: 'What came back.' })
  answer!: string;

  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  elapsedMs!: number;
}

@ObjectType('StandInChange', { description: 'A station entered Stand-In or left it.' })
export class StandInChangeType {
  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: number;

  @Field(() => Boolean, { description: 'True: it entered. False: it left.' })
  entered!: boolean;

  @Field(() => StandInDecider, { description: 'Who decided.' })
  decidedBy!: StandInDecider;

  @Field(() => String, { description: 'The figures, or what whoever decided said.' })
  reason!: string;
}

@ObjectType('StationStandIn', { description: 'Whether a station is called, why not, and what makes it be called again.' })
export class StationStandInType {
  stationCode!: string;

  @Field(() => Boolean, { description: 'Whether the station is in Stand-In: it is not called, ACA answers in its place.' })
  active!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when.' })
  since?: number;

  @Field(() => String, { nullable: true, description: 'The figures, or what whoever decided said.' })
  reason?: string;

  @Field(() => StandInDecider, { nullable: true, description: 'Who decided.' })
  decidedBy?: StandInDecider;

  @Field(() => StationHealthEnum, { description: 'How it answers.' })
  health!: StationHealthEnum;

  @Field(() => Boolean, { description: 'Whether the platform answers for it always: it is never called and never in Stand-In.' })
  asynchronous!: boolean;

  @Field(() => String, { description: 'The policy’s profile in force for it: breaker or pagopa.' })
  profile!: string;

  @Field(() => Boolean, { description: 'Whether one request falls back to ACA when it fails it.' })
  perRequestFallback!: boolean;

  @Field(() => KeptTo, { nullable: true, description: 'What its configuration keeps it to; null: the policy decides.' })
  forced?: KeptTo;

  @Field(() => String, { description: 'What puts the station in.' })
  entryCondition!: string;

  @Field(() => String, { description: 'What the profile says of the evidence now: of the calls or, in Stand-In, of the probes.' })
  judgement!: string;

  @Field(() => [AnnouncedMaintenanceType], { description: 'Its maintenances under way and to come, in order, at most 20.' })
  announced!: AnnouncedMaintenanceType[];

  exposureLimits?: ExposureLimits;

  @Field(() => [StandInSlotType], {
    description: 'The evidence that the profile judges now, oldest first; spans without calls are left out.',
  })
  slots!: StandInSlotType[];

  @Field(() => String, { description: 'What takes the station out.' })
  exitCondition!: string;

  @Field(() => PaymentFaultCode, { nullable: true, description: 'The last monitored fault of the station.' })
  lastFault?: PaymentFaultCode;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When that was.' })
  lastFaultAt?: number;
}

export const StandInStationConnection = connectionOf('StandInStation', () => StationType);

@ObjectType('StandInRefusal', { description: 'Why ACA did not answer in a creditor’s place.' })
export class StandInRefusalType {
  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: number;

  @Field(() => FiscalCodeScalar, { description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string;

  @Field(() => NoticeNumberScalar, { description: 'Number of the notice.' })
  noticeNumber!: string;

  @Field(() => String, { description: 'Code of the station.' })
  stationCode!: string;

  @Field(() => String, { description: 'Code of the PSP that asked.' })
  pspCode!: string;

  @Field(() => String, { description: 'What it asked.' })
  primitive!: string;

  @Field(() => String, { description: 'The guard that refused.' })
  guard!: string;

  @Field(() => String, { description: 'What the archive would have answered.' })
  code!: string;

  @Field(() => String, { description: 'The true reason.' })
  reason!: string;

  @Field(() => PaymentFaultCode, { description: 'The fault that the PSP was given.' })
  told!: PaymentFaultCode;
}

export const StandInRefusalConnection = connectionOf('StandInRefusal', () => StandInRefusalType);

@ObjectType('IdempotencyEntry', { description: 'What is remembered under an idempotency key.' })
export class IdempotencyEntryType {
  @Field(() => String, { description: 'Code of the PSP whose key it is.' })
  pspCode!: string;

  @Field(() => String, { description: 'The primitive.' })
  primitive!: string;

  @Field(() => String, { description: 'The key.' })
  key!: string;

  @Field(() => String, { description: 'SHA-256 of the request.' })
  requestHash!: string;

  @Field(() => FiscalCodeScalar, { nullable: true, description: 'Fiscal code of the creditor.' })
  creditorFiscalCode?: string;

  @Field(() => NoticeNumberScalar, { nullable: true, description: 'Number of the notice.' })
  noticeNumber?: string;

  @Field(() => String, { nullable: true, description: 'The token that was given, or that the outcome was about.' })
  paymentToken?: string;

  @Field(() => OutcomeEnum, { nullable: true, description: 'What was answered; null while the request is being answered.' })
  outcome?: OutcomeEnum;

  @Field(() => PaymentFaultCode, { nullable: true, description: 'The fault that was answered.' })
  faultCode?: PaymentFaultCode;

  @Field(() => DateTimeScalar, { description: 'When the request came.' })
  createdAt!: number;

  @Field(() => DateTimeScalar, { description: 'Until when it is remembered.' })
  validTo!: number;
}

export const IdempotencyEntryConnection = connectionOf('IdempotencyEntry', () => IdempotencyEntryType);
