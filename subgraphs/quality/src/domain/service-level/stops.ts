/**
 * Rule: a station may stop for 36 hours a year as planned, told 72 hours ahead, and for 9 hours a year unplanned. A stop that was told later is
 * not planned: if the station was down in it, that counts as unplanned. Time in which it was down inside planned stops counts as planned alone.
 * Source: domain facts, Payments section 7.1; Reporting section 2.3.
 */
import { HOUR } from '@nodo-aperto/kernel/time';
import { clip, type Interval, length, without } from './intervals.ts';

const PLANNED_STOPS_LIMIT_MS = 36 * HOUR;
const UNPLANNED_STOPS_LIMIT_MS = 9 * HOUR;
const NOTICE_MS = 72 * HOUR;

/** A stop that was told before. */
export interface AnnouncedStop extends Interval {
  /** Since when it is known, epoch milliseconds. */
  announcedAt: number;
}

export interface StopQuota {
  plannedMs: number;
  plannedLimitMs: number;
  unplannedMs: number;
  unplannedLimitMs: number;
  /** Whether either quota is exceeded. */
  exceeded: boolean;
}

export function isPlanned({ from, announcedAt }: AnnouncedStop): boolean {
  return from - announcedAt >= NOTICE_MS;
}

/**
 * @param announced stops that were told before, past and to come
 * @param down times in which the station was down, however it is known
 * @param year the span that is looked at
 */
export function stopQuota(announced: readonly AnnouncedStop[], down: readonly Interval[], year: Interval): StopQuota {
  const planned = clip(announced.filter(isPlanned), year);
  const plannedMs = length(planned);
  const unplannedMs = length(without(clip(down, year), planned));
  return {
    plannedMs,
    plannedLimitMs: PLANNED_STOPS_LIMIT_MS,
    unplannedMs,
    unplannedLimitMs: UNPLANNED_STOPS_LIMIT_MS,
    exceeded: plannedMs > PLANNED_STOPS_LIMIT_MS || unplannedMs > UNPLANNED_STOPS_LIMIT_MS,
  };
}
