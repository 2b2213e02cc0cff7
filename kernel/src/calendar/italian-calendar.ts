/** Working days in Italy: not Saturdays, Sundays and national holidays. Movable feasts are computed. */
import { addDays, type LocalDate, weekdayOf } from '../time/index.ts';

const FIXED_HOLIDAYS = new Set(['01-01', '01-06', '04-25', '05-01', '06-02', '08-15', '11-01', '12-08', '12-25', '12-26']);

/** San Francesco is a national holiday again from 2026 on (law 151 of 2025). */
const SAN_FRANCESCO = { day: '10-04', since: 2026 };

const SATURDAY = 6;

/** Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm, also known as Meeus/Jones/Butcher). */
export function easterSunday(year: number): LocalDate {
  const cycle = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * cycle + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const late = Math.floor((cycle + 11 * epact + 22 * weekday) / 451);
  const dayOfMarch = epact + weekday - 7 * late + 114;
  const month = Math.floor(dayOfMarch / 31);
  return `${year}-${String(month).padStart(2, '0')}-${String((dayOfMarch % 31) + 1).padStart(2, '0')}`;
}

/** Whether the day is a national holiday. Easter Sunday is one, although a Sunday anyway. */
export function isNationalHoliday(day: LocalDate): boolean {
  const year = Number(day.slice(0, 4));
  const monthAndDay = day.slice(5);
  if (FIXED_HOLIDAYS.has(monthAndDay)) return true;
  if (monthAndDay === SAN_FRANCESCO.day && year >= SAN_FRANCESCO.since) return true;
  const easter = easterSunday(year);
  return day === easter || day === addDays(easter, 1);
}

export function isWorkingDay(day: LocalDate): boolean {
  return weekdayOf(day) < SATURDAY && !isNationalHoliday(day);
}

/** The first working day that is not before the day. */
export function workingDayFrom(day: LocalDate): LocalDate {
  let candidate = day;
  while (!isWorkingDay(candidate)) candidate = addDays(candidate, 1);
  return candidate;
}

/** The last working day before the day. */
export function workingDayBefore(day: LocalDate): LocalDate {
  let candidate = addDays(day, -1);
  while (!isWorkingDay(candidate)) candidate = addDays(candidate, -1);
  return candidate;
}

/** The n-th working day after the day; with n = 0 the day itself, whatever it is. */
export function addWorkingDays(day: LocalDate, count: number): LocalDate {
  let candidate = day;
  for (let left = count; left > 0; left -= 1) candidate = workingDayFrom(addDays(candidate, 1));
  return candidate;
}
