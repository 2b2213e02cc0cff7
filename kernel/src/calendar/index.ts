/** Working days and operative days of the field. */
export { addWorkingDays, easterSunday, isNationalHoliday, isWorkingDay, workingDayFrom } from './italian-calendar.ts';
export { operativeDayOf, type ReportingDeadlines, reportingDeadlines } from './operative-day.ts';
