/** The figures of the Stand-In policy: as settings, as overrides of one station, as what mutations take. */
import {
  DEFAULT_BREAKER_FIGURES,
  DEFAULT_PAGOPA_FIGURES,
  type ExposureLimits,
  type Settings,
  type StationPolicy,
} from '@nodo-aperto/kernel/directory';
import { EuroCentsScalar } from '@nodo-aperto/kernel/graphql';
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ForcedStandInEnum, StandInProfileEnum } from './enums.ts';

@ObjectType('BreakerFigures', { description: 'The figures in force of the profile breaker.' })
export class BreakerFiguresType {
  @Field(() => Int, { description: 'Monitored faults in the window that open a station, at least.' })
  faults!: number;

  @Field(() => Int, { description: 'Percent of the calls in the window that they make, at least.' })
  faultPercentage!: number;

  @Field(() => Int, { description: 'Length of the window, in seconds.' })
  windowSeconds!: number;

  @Field(() => Int, { description: 'Seconds between two probes.' })
  probeEverySeconds!: number;

  @Field(() => Int, { description: 'Good probes in a row that close a station.' })
  goodProbes!: number;
}

@InputType('BreakerFiguresInput', { description: 'Figures of the profile breaker to change; what is absent stays.' })
export class BreakerFiguresInput {
  @Field(() => Int, { nullable: true, description: 'Monitored faults in the window that open a station, at least.' })
  faults?: number | null;

  @Field(() => Int, { nullable: true, description: 'Percent of the calls in the window that they make, at least.' })
  faultPercentage?: number | null;

  @Field(() => Int, { nullable: true, description: 'Length of the window, in seconds.' })
  windowSeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'Seconds between two probes.' })
  probeEverySeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'Good probes in a row that close a station.' })
  goodProbes?: number | null;
}

@ObjectType('PagopaFigures', { description: 'The figures in force of the profile pagopa.' })
export class PagopaFiguresType {
  @Field(() => Int, { description: 'Length of a slot, in minutes.' })
  slotMinutes!: number;

  @Field(() => Int, { description: 'Percent of the calls of a slot above which it has failed.' })
  slotFaultPercentage!: number;

  @Field(() => Int, { description: 'How many slots are judged together.' })
  slots!: number;

  @Field(() => Int, { description: 'Percent of the slots above which the range has failed.' })
  rangeFaultPercentage!: number;

  @Field(() => Int, { description: 'Percent of the platform’s calls above which a slot is one of much traffic, by day.' })
  dayTrafficPercentage!: number;

  @Field(() => Int, { description: 'The same by night, 22:00 to 06:00.' })
  nightTrafficPercentage!: number;

  @Field(() => Int, { description: 'Minutes in Stand-In, at least, and minutes in which good probes count.' })
  exitMinutes!: number;

  @Field(() => Int, { description: 'More good probes than this let the station out.' })
  exitGoodProbes!: number;

  @Field(() => Int, { description: 'Minutes between two probes.' })
  probeEveryMinutes!: number;
}

@InputType('PagopaFiguresInput', { description: 'Figures of the profile pagopa to change; what is absent stays.' })
export class PagopaFiguresInput {
  @Field(() => Int, { nullable: true, description: 'Length of a slot, in minutes.' })
  slotMinutes?: number | null;

  @Field(() => Int, { nullable: true, description: 'Percent of the calls of a slot above which it has failed.' })
  slotFaultPercentage?: number | null;

  @Field(() => Int, { nullable: true, description: 'How many slots are judged together.' })
  slots?: number | null;

  @Field(() => Int, { nullable: true, description: 'Percent of the slots above which the range has failed.' })
  rangeFaultPercentage?: number | null;

  @Field(() => Int, { nullable: true, description: 'Percent of the platform’s calls above which a slot is one of much traffic, by day.' })
  dayTrafficPercentage?: number | null;

  @Field(() => Int, { nullable: true, description: 'The same by night, 22:00 to 06:00.' })
  nightTrafficPercentage?: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes in Stand-In, at least, and minutes in which good probes count.' })
  exitMinutes?: number | null;

  @Field(() => Int, { nullable: true, description: 'More good probes than this let the station out.' })
  exitGoodProbes?: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes between two probes.' })
  probeEveryMinutes?: number | null;
}

const EXPOSURE_LIMITS = {
  description: 'How much may be paid in Stand-In through one station in any span of the length given; an absent figure is no limit.',
};

/** What is set is what is shown: one class is both. */
@ObjectType('ExposureLimits', EXPOSURE_LIMITS)
@InputType('ExposureLimitsInput', EXPOSURE_LIMITS)
export class ExposureLimitsType {
  @Field(() => Int, { description: 'Length of the span, in minutes, up to seven days.' })
  periodMinutes!: number;

  @Field(() => Int, { nullable: true, description: 'How many payments.' })
  payments?: number | null;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'All payments together.' })
  totalAmount?: number | null;

  @Field(() => EuroCentsScalar, { nullable: true, description: 'One payment.' })
  singleAmount?: number | null;
}

const STATION_POLICY = {
  description: 'What of the Stand-In policy is otherwise for a station; what is absent is as the settings say.',
};

@ObjectType('StationStandInPolicy', STATION_POLICY)
@InputType('StationStandInPolicyInput', STATION_POLICY)
export class StationStandInPolicyType {
  @Field(() => StandInProfileEnum, { nullable: true, description: 'The profile that judges it.' })
  profile?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether one request falls back to ACA when the station fails it.' })
  perRequestFallback?: boolean | null;

  @Field(() => ForcedStandInEnum, { nullable: true, description: 'What it is kept to, whatever the policy counts.' })
  forced?: string | null;

  @Field(() => ExposureLimitsType, { nullable: true, description: 'Its limits of exposure, in the place of those of the settings.' })
  exposureLimits?: ExposureLimitsType | null;
}

/** The policy of the settings with the figures in force. */
export function presentPolicy(settings: Settings): {
  standInBreaker: BreakerFiguresType;
  standInPagopa: PagopaFiguresType;
  exposureLimits?: ExposureLimits;
} {
  return {
    standInBreaker: { ...DEFAULT_BREAKER_FIGURES, ...settings.standInBreaker },
    standInPagopa: { ...DEFAULT_PAGOPA_FIGURES, ...settings.standInPagopa },
    ...(settings.exposureLimits && { exposureLimits: settings.exposureLimits }),
  };
}

export function presentStationPolicy(policy: StationPolicy | undefined): StationStandInPolicyType | undefined {
  return policy && { ...policy };
}
