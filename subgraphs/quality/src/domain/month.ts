/** Which months a run evaluates. The evaluation is on the 10th at 06:00 Italian time, for the month before. Source: domain facts, Reporting section 2.1. */
import { localParts } from '@nodo-aperto/kernel/time';

const EVALUATION_DAY = 10;
const EVALUATION_HOUR = 6;

/** A month, YYYY-MM. */
export type Month = string;

export interface MonthToEvaluate {
  month: Month;
  /** Whether the month's result may still change because its evaluation day has not come. */
  provisional: boolean;
}

export function monthOf(instant: number): Month {
  const { year, month } = localParts(instant);
  return monthText(year, month);
}

/**
 * What to evaluate at an instant: the month before once its evaluation day has come, otherwise nothing. A forced run takes both months as they
 * stand; what is not final is marked as provisional.
 */
export function monthsToEvaluate(now: number, forced: boolean): MonthToEvaluate[] {
  const { year, month, day, hour } = localParts(now);
  const due = day > EVALUATION_DAY || (day === EVALUATION_DAY && hour >= EVALUATION_HOUR);
  const previous = month === 1 ? monthText(year - 1, 12) : monthText(year, month - 1);
  if (!forced) return due ? [{ month: previous, provisional: false }] : [];
  return [
    { month: previous, provisional: !due },
    { month: monthText(year, month), provisional: true },
  ];
}

function monthText(year: number, month: number): Month {
  return `${year}-${String(month).padStart(2, '0')}`;
}
