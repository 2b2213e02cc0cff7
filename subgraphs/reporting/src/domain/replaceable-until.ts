import { addWorkingDays } from '@nodo-aperto/kernel/calendar';
import { addDays, type LocalDate, startOfLocalDay, toLocalDate } from '@nodo-aperto/kernel/time';

/** Working days from the settlement day (D+1) to the last day on which a flow may be replaced (D+4). */
const DAYS_AFTER_SETTLEMENT = 3;

/**
 * Until when a flow may be replaced: the end of the fourth working day after the operative day that it is about. The flow itself names the day
 * of its credit transfer, which is the first one after it. Source: Domain facts, Reporting §1.7.
 * @param regulationDate day of the credit transfer
 * @returns the first instant that is too late, epoch milliseconds
 */
export function replaceableUntil(regulationDate: LocalDate): number {
  return startOfLocalDay(addDays(addWorkingDays(regulationDate, DAYS_AFTER_SETTLEMENT), 1));
}

/**
 * The last day of credit transfers whose flows can no longer be replaced.
 * @param now epoch milliseconds
 */
export function lastFinalSettlement(now: number): LocalDate {
  let day = toLocalDate(now);
  while (replaceableUntil(day) > now) day = addDays(day, -1);
  return day;
}
