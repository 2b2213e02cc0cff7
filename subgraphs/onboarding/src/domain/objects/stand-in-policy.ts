/**
 * How the figures of the Stand-In policy are written, in the settings and for one station. The limits are those of the directory of all
 * services. Source: domain facts, Payments sections 3.2 and 3.4; design section 5.
 */
import {
  type BreakerFigures,
  type ExposureLimits,
  type PagopaFigures,
  STAND_IN_PROFILES,
  type StationPolicy,
} from '@nodo-aperto/kernel/directory';
import { type Fields, mapOf, optional, partOf, required } from '../rule.ts';
import { flag, oneOf, wholeNumber } from '../scalars.ts';

const percentage = wholeNumber(0, 100);
const cents = wholeNumber(0, 99_999_999_999);

const breakerFields: Fields<BreakerFigures> = {
  faults: required(wholeNumber(1, 10_000)),
  faultPercentage: required(wholeNumber(1, 100)),
  windowSeconds: required(wholeNumber(1, 600)),
  probeEverySeconds: required(wholeNumber(1, 3_600)),
  goodProbes: required(wholeNumber(1, 100)),
};

const pagopaFields: Fields<PagopaFigures> = {
  slotMinutes: required(wholeNumber(1, 60)),
  slotFaultPercentage: required(percentage),
  slots: required(wholeNumber(1, 24)),
  rangeFaultPercentage: required(percentage),
  dayTrafficPercentage: required(percentage),
  nightTrafficPercentage: required(percentage),
  exitMinutes: required(wholeNumber(1, 1_440)),
  exitGoodProbes: required(wholeNumber(0, 400)),
  probeEveryMinutes: required(wholeNumber(1, 60)),
};

/** Only the figures that are to be other than the defaults. */
export const breakerFigures = partOf<BreakerFigures>('the profile breaker', breakerFields);
export const pagopaFigures = partOf<PagopaFigures>('the profile pagopa', pagopaFields);

export const exposureLimits = mapOf<ExposureLimits>('limits of exposure', {
  periodMinutes: required(wholeNumber(1, 10_080)),
  payments: optional(wholeNumber(0, 100_000_000)),
  totalAmount: optional(cents),
  singleAmount: optional(cents),
});

export const stationPolicy = mapOf<StationPolicy>('the Stand-In policy of a station', {
  profile: optional(oneOf(...STAND_IN_PROFILES)),
  perRequestFallback: optional(flag),
  forced: optional(oneOf('IN', 'OUT')),
  exposureLimits: optional(exposureLimits),
});
