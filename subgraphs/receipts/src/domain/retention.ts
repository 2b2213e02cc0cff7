/**
 * How long receipts are kept: ten years from the payment, by the calendar of Italy, or longer where a deployment says so; then they are removed
 * with all that belongs to them. Source: Receipts §3.5.
 */
import { yearsBefore } from '@nodo-aperto/kernel/time';

const YEARS_KEPT = 10;

/** The instant from which payments are kept; those before it are to be removed. Never less than the ten years. */
export function keptSince(now: number, years: number = YEARS_KEPT): number {
  return yearsBefore(now, Math.max(years, YEARS_KEPT));
}
