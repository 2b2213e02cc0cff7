/**
 * The operative day of a payment and the deadlines that follow from it. The day closes at 13:00 Italian time; a payment after that, or on a
 * day that is not a working day, belongs to the next working day. Source: domain facts, Reporting section 1.7 (the documents' reading).
 */
import { addDays, HOUR, type LocalDate, localParts, SECOND, startOfLocalDay, toLocalDate } from '../time/index.ts';
import { addWorkingDays, isWorkingDay, workingDayBefore, workingDayFrom } from './italian-calendar.ts';

const CLOSING_HOUR = 13;
const SETTLEMENT_DAYS = 1;
const DUE_DAYS = 2;
const REPLACEABLE_DAYS = 4;

/** @param instant epoch milliseconds of the payment */
export function operativeDayOf(instant: number): LocalDate {
  const parts = localParts(instant);
  const sinceClosing = (parts.hour - CLOSING_HOUR) * 3600 + parts.minute * 60 + parts.second;
  const day = toLocalDate(instant);
  // 13:00:00 itself still belongs to the day.
  return workingDayFrom(sinceClosing > 0 ? addDays(day, 1) : day);
}

export interface ReportingDeadlines {
  operativeDay: LocalDate;
  /** When the money is credited: D+1. */
  settlementDay: LocalDate;
  /** The reporting flow is due by the end of this day: D+2. */
  dueDay: LocalDate;
  /** It may be replaced until the end of this day: D+4. */
  replaceableUntilDay: LocalDate;
  /** The first instant that is too late for the flow, epoch milliseconds. */
  lateFrom: number;
}

/** The deadlines for reporting a payment made at an instant. */
export function reportingDeadlines(instant: number): ReportingDeadlines {
  return deadlinesOfDay(operativeDayOf(instant));
}

/** The deadlines for reporting the payments of an operative day. */
export function deadlinesOfDay(operativeDay: LocalDate): ReportingDeadlines {
  const dueDay = addWorkingDays(operativeDay, DUE_DAYS);
  return {
    operativeDay,
    settlementDay: addWorkingDays(operativeDay, SETTLEMENT_DAYS),
    dueDay,
    replaceableUntilDay: addWorkingDays(operativeDay, REPLACEABLE_DAYS),
    lateFrom: startOfLocalDay(addDays(dueDay, 1)),
  };
}

/**
 * The payments of an operative day: those made from the first instant and before the second, epoch milliseconds. 13:00:00 itself belongs to the
 * day that it closes.
 * @returns undefined when the day is no working day, and so no operative day
 */
export function operativeDayBounds(day: LocalDate): { from: number; before: number } | undefined {
  if (!isWorkingDay(day)) return undefined;
  return { from: closingOf(workingDayBefore(day)), before: closingOf(day) };
}

/** The first instant after the closing of a working day. */
function closingOf(day: LocalDate): number {
  // Clocks change on Sundays only, so that a working day begins thirteen hours before its 13:00.
  return startOfLocalDay(day) + CLOSING_HOUR * HOUR + SECOND;
}
