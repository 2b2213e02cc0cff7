/** Service levels, their series, outages, Stand-In, stops, and the calls behind them. */
import { connectionOf, DateScalar, DateTimeScalar, LongScalar } from '@nodo-aperto/kernel/graphql';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { CALL_DIRECTION, CALL_OUTCOME, SUBJECT_KIND, SUM_KIND } from './enums.ts';

@ObjectType('ServiceLevelFigures', { description: 'What calls come to. Probes are not counted.' })
export class FiguresType {
  @Field(() => LongScalar, { description: 'How many calls.' })
  calls!: number;

  @Field(() => LongScalar, { description: 'How many did not end with OK.' })
  faults!: number;

  @Field(() => LongScalar, { description: 'How many got no answer.' })
  unanswered!: number;

  @Field(() => LongScalar, { description: 'How many were answered within two seconds.' })
  inTime!: number;

  @Field(() => String, { nullable: true, description: 'Those in percent of all, rounded down; null without any call.' })
  inTimePercentage!: string | null;

  @Field(() => Float, { nullable: true, description: 'Mean duration in milliseconds; null without any call.' })
  meanMs!: number | null;

  @Field(() => Float, { nullable: true, description: 'The duration that half of the calls do not exceed, in milliseconds, within 9.1 %.' })
  p50Ms!: number | null;

  @Field(() => Float, { nullable: true, description: 'The duration that 95 % of the calls do not exceed, in milliseconds, within 9.1 %.' })
  p95Ms!: number | null;

  @Field(() => Float, { nullable: true, description: 'The duration that 99 % of the calls do not exceed, in milliseconds, within 9.1 %.' })
  p99Ms!: number | null;
}

@ObjectType('ServiceLevelFault', { description: 'Calls that ended with a fault.' })
export class FaultType {
  @Field(() => String, { description: 'The code that was answered, or how the call ended where none was.' })
  fault!: string;

  @Field(() => LongScalar, { description: 'How many calls.' })
  calls!: number;
}

@ObjectType('ServiceLevelOfMethod', { description: 'The calls of one method.' })
export class MethodLevelType {
  @Field(() => String, { description: 'The primitive, e.g. paGetPaymentV2.' })
  method!: string;

  @Field(() => FiguresType, { description: 'What they come to.' })
  figures!: FiguresType;

  @Field(() => Boolean, { description: 'Whether 98 % were answered within two seconds.' })
  inTimeTargetMet!: boolean;

  @Field(() => [FaultType], { description: 'Faults by code, the most frequent first.' })
  faultCodes!: FaultType[];
}

@ObjectType('ServiceAvailability', { description: 'How much of the time calls were answered. Probes count as well.' })
export class AvailabilityType {
  @Field(() => Int, { description: 'Outages: five calls in succession, begun within thirty seconds, without an answer.' })
  outages!: number;

  @Field(() => LongScalar, { description: 'Seconds from the first of the five until the next call that was answered, over all outages.' })
  downSeconds!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Percent of the time passed without an outage, rounded down; null before any has passed.',
  })
  percentage!: string | null;

  @Field(() => LongScalar, { description: 'Minutes in which any call began.' })
  minutesObserved!: number;

  @Field(() => LongScalar, { description: 'Those of them in which no call was answered.' })
  minutesDown!: number;

  @Field(() => String, { nullable: true, description: 'The others in percent, rounded down; null without any.' })
  percentageOfMinutes!: string | null;
}

@ObjectType('ServiceLevel', { description: 'How calls of a party, or to one, went over a span of days.' })
export class ServiceLevelType {
  @Field(() => SUBJECT_KIND, { description: 'What it is of.' })
  kind!: keyof typeof SUBJECT_KIND;

  @Field(() => String, { description: 'Code of the PSP or station, or fiscal code of the creditor.' })
  code!: string;

  @Field(() => DateScalar, { description: 'The first day.' })
  from!: string;

  @Field(() => DateScalar, { description: 'The last day.' })
  to!: string;

  @Field(() => FiguresType, { description: 'All methods together.' })
  figures!: FiguresType;

  @Field(() => [MethodLevelType], { description: 'Each method, by name.' })
  methods!: MethodLevelType[];

  @Field(() => AvailabilityType, { description: 'How much of the time calls were answered.' })
  availability!: AvailabilityType;
}

@ObjectType('ServiceLevelPoint', { description: 'The calls that began in one span of a series.' })
export class LevelPointType {
  @Field(() => DateTimeScalar, { description: 'When the span begins.' })
  start!: number;

  @Field(() => FiguresType, { description: 'What they come to.' })
  figures!: FiguresType;
}

@ObjectType('ServiceOutage', { description: 'A time in which calls got no answer.' })
class OutageType {
  @Field(() => DateTimeScalar, { description: 'Begin of the first call without an answer.' })
  from!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Begin of the next call that was answered; null while there is none.' })
  until!: number | null;

  @Field(() => Int, { description: 'Calls without an answer.' })
  calls!: number;
}
export const OutageConnection = connectionOf('ServiceOutage', () => OutageType);

@ObjectType('ServiceStandInPeriod', { description: 'A time in which a station was in Stand-In.' })
class StandInPeriodType {
  @Field(() => DateTimeScalar, { description: 'When it entered.' })
  from!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it left; null while it lasts.' })
  until!: number | null;

  @Field(() => String, { description: 'Why it entered: what was counted, or who decided.' })
  enteredReason!: string;

  @Field(() => String, { nullable: true, description: 'Why it left.' })
  leftReason!: string | null;
}
export const StandInPeriodConnection = connectionOf('ServiceStandInPeriod', () => StandInPeriodType);

@ObjectType('AnnouncedStop', { description: 'A maintenance of the directory.' })
export class AnnouncedStopType {
  @Field(() => DateTimeScalar, { description: 'Its begin.' })
  from!: number;

  @Field(() => DateTimeScalar, { description: 'Its end.' })
  until!: number;

  @Field(() => DateTimeScalar, { description: 'Since when it is known as it is.' })
  announcedAt!: number;

  @Field(() => Boolean, { description: 'Whether it was told 72 hours ahead: only then does it count as planned.' })
  planned!: boolean;
}

@ObjectType('StationStops', { description: 'What a station has used of its stops of a calendar year.' })
export class StationStopsType {
  @Field(() => String, { description: 'Code of the station.' })
  stationCode!: string;

  @Field(() => Int, { description: 'The year.' })
  year!: number;

  @Field(() => LongScalar, { description: 'Seconds of planned stops, past and to come.' })
  plannedSeconds!: number;

  @Field(() => LongScalar, { description: 'Seconds of planned stops that a year may have: 36 hours.' })
  plannedLimitSeconds!: number;

  @Field(() => LongScalar, { description: 'Seconds of outages and recorded stops outside planned ones.' })
  unplannedSeconds!: number;

  @Field(() => LongScalar, { description: 'Seconds of unplanned stops that a year may have: 9 hours.' })
  unplannedLimitSeconds!: number;

  @Field(() => Boolean, { description: 'Whether either limit is exceeded.' })
  exceeded!: boolean;

  @Field(() => LongScalar, { description: 'Seconds in Stand-In.' })
  standInSeconds!: number;

  @Field(() => [AnnouncedStopType], { description: 'The maintenances of the directory that touch the year, in the order of time.' })
  announced!: AnnouncedStopType[];
}

@ObjectType('ObservedCall', { description: 'A call between a PSP, the node and a creditor, as the node saw it.' })
export class ObservedCallType {
  @Field(() => DateTimeScalar, { description: 'When it began.' })
  at!: number;

  @Field(() => CALL_DIRECTION, { description: 'Who called whom.' })
  direction!: keyof typeof CALL_DIRECTION;

  @Field(() => String, { description: 'The primitive.' })
  method!: string;

  @Field(() => String, { nullable: true, description: 'Code of the PSP.' })
  pspCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Fiscal code of the creditor.' })
  creditorFiscalCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the station.' })
  stationCode!: string | null;

  @Field(() => Float, { description: 'From its begin to its answer or failure, in milliseconds.' })
  durationMs!: number;

  @Field(() => CALL_OUTCOME, { description: 'How it ended.' })
  outcome!: keyof typeof CALL_OUTCOME;

  @Field(() => String, { nullable: true, description: 'The fault that was answered.' })
  faultCode!: string | null;

  @Field(() => Boolean, { description: 'Whether it was answered in Stand-In.' })
  standIn!: boolean;

  @Field(() => Boolean, { description: 'Whether it was a probe: those count for availability only.' })
  probe!: boolean;
}
export const ObservedCallConnection = connectionOf('ObservedCall', () => ObservedCallType);

@ObjectType('ServiceLevelDifference', { description: 'A sum that is not that of the raw rows.' })
export class LevelDifferenceType {
  @Field(() => SUM_KIND, { description: 'What the sum is.' })
  sum!: keyof typeof SUM_KIND;

  @Field(() => DateTimeScalar, { description: 'When the span of the sum begins.' })
  start!: number;

  @Field(() => SUBJECT_KIND, { description: 'What it is of.' })
  kind!: keyof typeof SUBJECT_KIND;

  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { description: 'The primitive; empty for all of them together.' })
  method!: string;

  @Field(() => String, { nullable: true, description: 'The fault that a sum of faults is of.' })
  fault?: string | null;

  @Field(() => LongScalar, { description: 'Calls of the sum that is kept; of the minutes of a day, how many there are.' })
  kept!: number;

  @Field(() => LongScalar, { description: 'Those of the raw rows; for a month, those of its days.' })
  recomputed!: number;
}

@ObjectType('ServiceLevelRecomputation', {
  description: 'The sums of a day, of its hours and minutes, and of its month beside what raw rows and days give.',
})
export class RecomputationType {
  @Field(() => DateScalar, { description: 'The day.' })
  day!: string;

  @Field(() => LongScalar, { description: 'Raw rows that were read.' })
  calls!: number;

  @Field(() => Int, { description: 'Sums that were compared.' })
  compared!: number;

  @Field(() => Int, { description: 'How many differ in any figure.' })
  different!: number;

  @Field(() => [LevelDifferenceType], { description: 'The first hundred that differ.' })
  differences!: LevelDifferenceType[];
}
