/** What operators see of the platform itself. */
import { connectionOf, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { FindingKindEnum, JobStateEnum, ProductEnum, StandInProfileEnum } from './enums.ts';
import { BreakerFiguresType, ExposureLimitsType, PagopaFiguresType } from './stand-in-policy.ts';

@ObjectType('DirectoryIssue', { description: 'Something wrong with a directory file.' })
export class DirectoryIssueType {
  @Field(() => FindingKindEnum, { description: 'What kind of mistake it is.' })
  kind!: string;

  @Field(() => Int, { nullable: true, description: 'The line of the file.' })
  line?: number;

  @Field(() => String, { description: 'The place, e.g. stations[0].endpoint; empty for the whole file.' })
  path!: string;

  @Field(() => String, { description: 'What is wrong there.' })
  message!: string;

  @Field(() => String, { description: 'What was found there; of a password or key only its length.' })
  found!: string;

  @Field(() => String, { nullable: true, description: 'What was expected.' })
  expected?: string;
}

@ObjectType('DirectoryImport', { description: 'What the import of a directory file did: everything, or with any issue nothing.' })
export class DirectoryImportType {
  @Field(() => Int, { description: 'Objects that are new.' })
  created!: number;

  @Field(() => Int, { description: 'Objects that were changed.' })
  updated!: number;

  @Field(() => Int, { description: 'Objects that were so already.' })
  unchanged!: number;

  @Field(() => [DirectoryIssueType], { description: 'What is wrong with the file, in the order of its lines; at most 1000.' })
  issues!: DirectoryIssueType[];

  @Field(() => Int, { description: 'How many issues there are in all.' })
  issueCount!: number;
}

@ObjectType('PlatformSettings', { description: 'Settings of the platform that operators change while it runs.' })
export class SettingsType {
  @Field(() => Int, { description: 'How long a payment token lives when the PSP does not ask for less, in milliseconds.' })
  tokenDurationMs!: number;

  @Field(() => Int, { description: 'How long the answer to an idempotency key is kept, in minutes.' })
  idempotencyKeyMinutes!: number;

  @Field(() => Boolean, { description: 'Whether idempotency keys are honoured.' })
  useIdempotency!: boolean;

  @Field(() => Int, { description: 'How often a receipt is sent again to who does not take it.' })
  receiptRetryMax!: number;

  @Field(() => Int, { description: 'Minutes between attempts.' })
  receiptRetryMinutes!: number;

  @Field(() => StandInProfileEnum, { description: 'The policy by which stations enter and leave Stand-In.' })
  standInProfile!: string;

  @Field(() => Boolean, { description: 'Whether one request falls back to ACA when its creditor cannot answer.' })
  perRequestFallback!: boolean;

  @Field(() => Int, { description: 'How long a creditor may take to answer a verification or activation, in milliseconds.' })
  creditorTimeoutMs!: number;

  @Field(() => Int, { description: 'How long a creditor may take to answer a receipt, in milliseconds.' })
  receiptTimeoutMs!: number;

  @Field(() => BreakerFiguresType, { description: 'Figures of the profile breaker.' })
  standInBreaker!: BreakerFiguresType;

  @Field(() => PagopaFiguresType, { description: 'Figures of the profile pagopa.' })
  standInPagopa!: PagopaFiguresType;

  @Field(() => ExposureLimitsType, {
    nullable: true,
    description: 'How much may be paid in Stand-In through each station; null: as much as comes.',
  })
  exposureLimits?: ExposureLimitsType;

  @Field(() => Int, { description: 'Hours of planned maintenance that a broker may have in a year.' })
  maintenanceHoursPerYear!: number;

  @Field(() => Int, { description: 'Version of the settings.' })
  revision!: number;
}

@ObjectType('ApiKey', { description: 'An API key of the REST edges. The key itself is known to nobody but its user.' })
export class ApiKeyType {
  @Field(() => String, { description: 'Digest of the key, which names it.' })
  code!: string;

  @Field(() => String, { description: 'Fiscal code or code of the party that uses it.' })
  party!: string;

  @Field(() => [ProductEnum], { description: 'What it opens.' })
  products!: string[];

  @Field(() => Int, { description: 'Version of the entry.' })
  revision!: number;
}

@ObjectType('Platform', { description: 'The platform that answers.' })
export class PlatformType {
  @Field(() => DateTimeScalar, { description: 'Platform time.' })
  now!: number;

  @Field(() => Boolean, { description: 'Whether operators can move the clock (advanceClock, setClockSpeed).' })
  testClock!: boolean;

  @Field(() => Float, { description: 'How many times as fast as real time platform time runs.' })
  clockSpeed!: number;

  @Field(() => String, { description: 'Version of the software.' })
  version!: string;
}

@ObjectType('JobRun', { description: 'One run of recurrent work.' })
export class JobRunType {
  @Field(() => String, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'Which job it is.' })
  job!: string;

  @Field(() => JobStateEnum, { description: 'Where it stands.' })
  state!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it began, in platform time.' })
  startedAt?: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended, in platform time.' })
  finishedAt?: number;

  @Field(() => Int, { description: 'How many things it dealt with.' })
  processed!: number;

  @Field(() => String, { nullable: true, description: 'What it did, for people.' })
  detail?: string;

  @Field(() => String, { nullable: true, description: 'What went wrong.' })
  error?: string;
}

@ObjectType('FailedTask', { description: 'A piece of work whose last try failed; it stays until somebody deals with it.' })
export class FailedTaskType {
  @Field(() => String, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'What it is to do, e.g. receipts.deliver.' })
  task!: string;

  @Field(() => String, { nullable: true, description: 'What it is about.' })
  key?: string;

  @Field(() => Int, { description: 'How often it was tried.' })
  attempts!: number;

  @Field(() => String, { description: 'What went wrong the last time.' })
  error!: string;

  @Field(() => DateTimeScalar, { description: 'When it was given up, in real time.' })
  failedAt!: number;
}

export const ApiKeyConnection = connectionOf('ApiKey', () => ApiKeyType);
export const FailedTaskConnection = connectionOf('FailedTask', () => FailedTaskType);
