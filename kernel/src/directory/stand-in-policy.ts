/**
 * The figures of the Stand-In policy, as settings and as overrides of one station. Defaults: the design's breaker, and the production
 * figures of the official platform (domain facts, Payments §3.2 and §3.4).
 */
import { z } from 'zod';

const percentage = z.number().int().min(0).max(100);
const cents = z.number().int().min(0).max(99_999_999_999);

export const STAND_IN_PROFILES = ['breaker', 'pagopa'] as const;
export type StandInProfileName = (typeof STAND_IN_PROFILES)[number];

/** Figures of the profile `breaker`. */
export const breakerFiguresShape = z.object({
  /** Monitored faults in the window that open a station, at least. */
  faults: z.number().int().min(1).max(10_000),
  /** Percent of the calls in the window that they make, at least. */
  faultPercentage: z.number().int().min(1).max(100),
  /** Length of the window, seconds. */
  windowSeconds: z.number().int().min(1).max(600),
  /** Seconds between two probes. */
  probeEverySeconds: z.number().int().min(1).max(3_600),
  /** Good probes in a row that close a station. */
  goodProbes: z.number().int().min(1).max(100),
});

/** Figures of the profile `pagopa`. */
export const pagopaFiguresShape = z.object({
  /** Length of a slot, minutes. */
  slotMinutes: z.number().int().min(1).max(60),
  /** Percent of the calls of a slot above which it has failed. */
  slotFaultPercentage: percentage,
  /** Slots that are judged together. */
  slots: z.number().int().min(1).max(24),
  /** Percent of the slots above which the range has failed. */
  rangeFaultPercentage: percentage,
  /** Percent of the platform's calls above which a slot is one of much traffic, by day. */
  dayTrafficPercentage: percentage,
  /** The same by night, 22:00 to 06:00. */
  nightTrafficPercentage: percentage,
  /** Minutes in Stand-In, at least, and minutes in which good probes count. */
  exitMinutes: z.number().int().min(1).max(1_440),
  /** More good probes than this let the station out. */
  exitGoodProbes: z.number().int().min(0).max(400),
  /** Minutes between two probes. */
  probeEveryMinutes: z.number().int().min(1).max(60),
});

/** How much may be paid in Stand-In through one station, in any span of the length given. Absent figures are no limit. */
export const exposureLimitsShape = z.object({
  periodMinutes: z.number().int().min(1).max(10_080),
  /** Payments. */
  payments: z.number().int().min(0).max(100_000_000).optional(),
  /** Euro cents, all payments together. */
  totalAmount: cents.optional(),
  /** Euro cents, one payment. */
  singleAmount: cents.optional(),
});

/** What of the policy is otherwise for one station. What is absent is as the settings say. */
export const stationPolicyShape = z.object({
  profile: z.enum(STAND_IN_PROFILES).optional(),
  /** Whether one request falls back to ACA when the station fails it. */
  perRequestFallback: z.boolean().optional(),
  /** IN: never called, ACA answers. OUT: always called, whatever the policy counts. */
  forced: z.enum(['IN', 'OUT']).optional(),
  exposureLimits: exposureLimitsShape.optional(),
});

export type BreakerFigures = z.output<typeof breakerFiguresShape>;
export type PagopaFigures = z.output<typeof pagopaFiguresShape>;
export type ExposureLimits = z.output<typeof exposureLimitsShape>;
export type StationPolicy = z.output<typeof stationPolicyShape>;

export const DEFAULT_BREAKER_FIGURES: BreakerFigures = Object.freeze({
  faults: 5,
  faultPercentage: 50,
  windowSeconds: 10,
  probeEverySeconds: 10,
  goodProbes: 3,
});

export const DEFAULT_PAGOPA_FIGURES: PagopaFigures = Object.freeze({
  slotMinutes: 5,
  slotFaultPercentage: 50,
  slots: 6,
  rangeFaultPercentage: 50,
  dayTrafficPercentage: 5,
  nightTrafficPercentage: 10,
  exitMinutes: 60,
  exitGoodProbes: 6,
  probeEveryMinutes: 5,
});
