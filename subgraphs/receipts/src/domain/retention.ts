/**
 * How long receipts are kept: ten years from the payment, by the calendar of Italy; then they are removed with all that belongs to them.
 * Source: Receipts §3.5.
 */
import { startOfLocalDay, toLocalDate } from '@nodo-aperto/kernel/time';

export const YEARS_KEPT = 10;

/** The instant from which payments are kept; those before it are to be removed. */
export function keptSince(now: number): number {
  const [year = '', month, day] = toLocalDate(now).split('-');
  const earlier = String(Number(year) - YEARS_KEPT).padStart(4, '0');
  // Ten years before a 29 February there may be none: the payments of the 28th are kept a day longer.
  const date = month === '02' && day === '29' ? '28' : day;
  return startOfLocalDay(`${earlier}-${month}-${date}`);
}
