/** Working days and operative days of the field. */
export { addWorkingDays, easterSunday, isNationalHoliday, isWorkingDay, workingDayBefore, workingDayFrom } from './italian-calendar.ts';
export { deadlinesOfDay, operativeDayBounds, operativeDayOf, type ReportingDeadlines, reportingDeadlines } from './operative-day.ts';
