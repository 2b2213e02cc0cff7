/**
 * How long reporting flows and the payments that they report are kept: ten years from publication and from booking, by the calendar of Italy, or
 * longer where a deployment says so. They are accounting records, which the civil code (art. 2220) has kept for ten years.
 */
import { yearsBefore } from '@nodo-aperto/kernel/time';

const YEARS_KEPT = 10;

/** The instant from which they are kept; what is older may go. Never less than the ten years. */
export function keptSince(now: number, years: number = YEARS_KEPT): number {
  return yearsBefore(now, Math.max(years, YEARS_KEPT));
}
