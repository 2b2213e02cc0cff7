/**
 * The limit day of the official pipeline's code: the second working day after the payment's date when its hour is 0 to 13, otherwise after
 * the date that follows. Its list of holidays has 29 June, and Good Friday of 2026 but not of 2025.
 * Source: domain facts, Reporting section 2.1 (limit date; differences 1 and 2).
 */
import { isWorkingDay } from '@nodo-aperto/kernel/calendar';
import { addDays, type LocalDate, localParts, toLocalDate } from '@nodo-aperto/kernel/time';

const LAST_HOUR_OF_THE_DAY = 13;
const WORKING_DAYS = 2;
/** What the literal list has beyond the national holidays. */
const PATRON_SAINT_OF_ROME = '06-29';
const LISTED_GOOD_FRIDAY = '2026-04-03';

/** @param paidAt epoch milliseconds */
export function pipelineLimitDay(paidAt: number): LocalDate {
  const date = toLocalDate(paidAt);
  let day = localParts(paidAt).hour <= LAST_HOUR_OF_THE_DAY ? date : addDays(date, 1);
  for (let left = WORKING_DAYS; left > 0; left -= 1) {
    do day = addDays(day, 1);
    while (!isPipelineWorkingDay(day));
  }
  return day;
}

function isPipelineWorkingDay(day: LocalDate): boolean {
  return isWorkingDay(day) && !day.endsWith(PATRON_SAINT_OF_ROME) && day !== LISTED_GOOD_FRIDAY;
}
