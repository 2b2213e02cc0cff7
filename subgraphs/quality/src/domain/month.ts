/** Which months a run evaluates. The evaluation is on the 10th at 06:00 Italian time, for the month before. Source: domain facts, Reporting section 2.1. */
import { addDays, HOUR, type LocalDate, localParts, startOfLocalDay } from '@nodo-aperto/kernel/time';

const EVALUATION_DAY = '10';
const EVALUATION_HOUR = 6;

/** A month, YYYY-MM. */
export type Month = string;

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

export function isMonth(text: string): boolean {
  return MONTH.test(text);
}

/** The month of an instant, in Italian time. */
export function monthOf(instant: number): Month {
  const { year, month } = localParts(instant);
  return monthText(year, month);
}

export function monthOfDay(day: LocalDate): Month {
  return day.slice(0, 7);
}

/** The month that lies a number of months later, or earlier when the number is negative. */
export function addMonths(month: Month, count: number): Month {
  const total = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return monthText(Math.floor(total / 12), (total % 12) + 1);
}

/** The first and the last day of a month. */
export function daysOf(month: Month): { first: LocalDate; last: LocalDate } {
  return { first: `${month}-01`, last: addDays(`${addMonths(month, 1)}-01`, -1) };
}

/** The instants at which a month begins and ends, the end excluded. */
export function spanOf(month: Month): { from: number; until: number } {
  return { from: startOfLocalDay(`${month}-01`), until: startOfLocalDay(`${addMonths(month, 1)}-01`) };
}

/** When a month is evaluated, epoch milliseconds: the 10th of the next one at 06:00. */
export function evaluationInstant(month: Month): number {
  // No clock is changed on a 10th: the sixth hour of the day is six o'clock.
  return startOfLocalDay(`${addMonths(month, 1)}-${EVALUATION_DAY}`) + EVALUATION_HOUR * HOUR;
}

/** The latest month whose evaluation day has come. */
export function latestDueMonth(now: number): Month {
  const previous = addMonths(monthOf(now), -1);
  return evaluationInstant(previous) <= now ? previous : addMonths(previous, -1);
}

/** The months whose results are still provisional, oldest first: those whose evaluation day has not come. */
export function provisionalMonths(now: number): Month[] {
  const current = monthOf(now);
  const previous = addMonths(current, -1);
  return latestDueMonth(now) === previous ? [current] : [previous, current];
}

function monthText(year: number, month: number): Month {
  return `${year}-${String(month).padStart(2, '0')}`;
}
