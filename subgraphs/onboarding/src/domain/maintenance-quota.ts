/**
 * Rule: a broker has so many hours of planned maintenance in a calendar year (Italian time), all its stations together; a window that goes
 * beyond them is possible, but its notices are then paid in Stand-In whether its owner wants it or not. An early end, while a window lasts,
 * is rounded up to the next quarter hour. Source: domain facts, Onboarding section 5.6; 36 hours: SANP service levels, ibidem.
 */
import { HOUR, localParts, startOfLocalDay } from '@nodo-aperto/kernel/time';
import { QUARTER_HOUR_MS, type Window } from './maintenance-window.ts';

export const DEFAULT_HOURS_PER_YEAR = 36;

/** Hours of one broker and year. */
export interface MaintenanceSummary {
  readonly year: number;
  /** Time of maintenance that has passed. */
  readonly usedHours: number;
  /** Time of maintenance that is still to come. */
  readonly scheduledHours: number;
  readonly remainingHours: number;
  /** What goes beyond the limit. */
  readonly extraHours: number;
  readonly annualHoursLimit: number;
}

/** The instants in which a year begins and ends. */
export function yearWindow(year: number): Window {
  return { start: startOfLocalDay(`${year}-01-01`), end: startOfLocalDay(`${year + 1}-01-01`) };
}

/** Milliseconds that windows have in common with a span of time. */
function within(windows: readonly Window[], span: Window): number {
  return windows.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, span.end) - Math.max(start, span.start)), 0);
}

/** @param windows all windows of the broker's stations that touch the year */
export function maintenanceSummary(
  windows: readonly Window[],
  { year, now, limit }: { year: number; now: number; limit: number },
): MaintenanceSummary {
  const { start, end } = yearWindow(year);
  const middle = Math.min(Math.max(now, start), end);
  const usedHours = within(windows, { start, end: middle }) / HOUR;
  const scheduledHours = within(windows, { start: middle, end }) / HOUR;
  const left = limit - usedHours - scheduledHours;
  return { year, usedHours, scheduledHours, remainingHours: Math.max(0, left), extraHours: Math.max(0, -left), annualHoursLimit: limit };
}

/** The years that a window touches. */
export function yearsOf({ start, end }: Window): readonly number[] {
  const [first, last] = [localParts(start).year, localParts(end - 1).year];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/**
 * Whether a window goes beyond the hours of a year that it touches.
 * @param others the windows of the broker's stations besides it
 */
export function goesBeyondQuota(window: Window, others: readonly Window[], limit: number): boolean {
  return yearsOf(window).some((year) => within([...others, window], yearWindow(year)) > limit * HOUR);
}

/** When a window that lasts ends if it is ended now; undefined when it does not last, or would not end any earlier. */
export function earlyEnd({ start, end }: Window, now: number): number | undefined {
  const rounded = Math.ceil(now / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  // Ended in its very first instant it would have no length at all.
  return start < now && rounded < end ? rounded : undefined;
}

export const MAINTENANCE_STATES = ['SCHEDULED', 'IN_PROGRESS', 'FINISHED'] as const;
export type MaintenanceState = (typeof MAINTENANCE_STATES)[number];

/** Where a window stands. */
export function maintenanceState({ start, end }: Window, now: number): MaintenanceState {
  if (now < start) return 'SCHEDULED';
  return now < end ? 'IN_PROGRESS' : 'FINISHED';
}
