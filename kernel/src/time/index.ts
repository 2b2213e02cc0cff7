export type { AdjustableClock, Clock, ClockSetting, ManualClock, TestClock } from './clock.ts';
export { adjustableClock } from './adjustable-clock.ts';
export { acceleratedClock, realClock } from './machine-clocks.ts';
export { MANUAL_CLOCK_START, manualClock } from './manual-clock.ts';
export { deadlineSpan, withDeadline } from './deadline.ts';
export { AbortedError, DeadlineExceededError } from './errors.ts';
export { DAY, HOUR, MINUTE, SECOND } from './durations.ts';
export { asDate, fromDate, parseInstant, toIso } from './instants.ts';
export {
  addDays,
  daysBetween,
  fromWallTime,
  isLocalDate,
  localParts,
  ROME,
  startOfLocalDay,
  toLocalDate,
  toLocalDateTime,
  toOffsetIso,
  weekdayOf,
  yearsBefore,
  zoneOffset,
} from './calendar.ts';
export type { LocalDate, LocalParts } from './calendar.ts';
