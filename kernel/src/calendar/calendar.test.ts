import { describe, expect, it } from 'vitest';
import { parseInstant, toIso } from '../time/index.ts';
import {
  addWorkingDays,
  easterSunday,
  isNationalHoliday,
  isWorkingDay,
  operativeDayBounds,
  operativeDayOf,
  reportingDeadlines,
  workingDayBefore,
  workingDayFrom,
} from './index.ts';

describe('Italian calendar', () => {
  it.each([
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2038, '2038-04-25'],
    [1954, '1954-04-18'],
  ])('Easter of %i is on %s', (year, day) => expect(easterSunday(year)).toBe(day));

  it.each([
    '2026-01-01',
    '2026-01-06',
    '2026-04-05',
    '2026-04-06',
    '2026-04-25',
    '2026-05-01',
    '2026-06-02',
    '2026-08-15',
    '2026-10-04',
    '2026-11-01',
    '2026-12-08',
    '2026-12-25',
    '2026-12-26',
  ])('%s is a national holiday', (day) => expect(isNationalHoliday(day)).toBe(true));

  it.each(['2026-04-03', '2026-06-29', '2025-10-04', '2026-04-07'])('%s is not', (day) => expect(isNationalHoliday(day)).toBe(false));

  it('works from Monday to Friday', () => {
    expect(['2026-03-02', '2026-03-06', '2026-03-07', '2026-03-08'].map(isWorkingDay)).toEqual([true, true, false, false]);
    expect(workingDayFrom('2026-03-07')).toBe('2026-03-09');
    expect([workingDayBefore('2026-04-07'), workingDayBefore('2026-03-09')]).toEqual(['2026-04-03', '2026-03-06']);
    expect(addWorkingDays('2026-03-07', 0)).toBe('2026-03-07');
    expect(addWorkingDays('2026-04-03', 1)).toBe('2026-04-07');
  });
});

describe('operative day', () => {
  // The worked dates of domain facts, Reporting section 1.7.
  it.each([
    ['2025-04-24T12:59:00+02:00', '2025-04-24', '2025-04-28', '2025-04-29', '2025-05-02'],
    ['2025-04-24T13:01:00+02:00', '2025-04-28', '2025-04-29', '2025-04-30', '2025-05-05'],
  ])('of %s', (text, operativeDay, settlementDay, dueDay, replaceableUntilDay) => {
    expect(reportingDeadlines(parseInstant(text)!)).toMatchObject({ operativeDay, settlementDay, dueDay, replaceableUntilDay });
  });

  it.each([
    ['2026-03-02T13:00:00+01:00', '2026-03-02'],
    ['2026-03-02T13:00:01+01:00', '2026-03-03'],
    ['2026-03-06T14:00:00+01:00', '2026-03-09'],
    ['2026-03-07T09:00:00+01:00', '2026-03-09'],
    ['2026-03-01T23:30:00Z', '2026-03-02'],
  ])('%s belongs to %s', (text, day) => expect(operativeDayOf(parseInstant(text)!)).toBe(day));

  it.each([
    // Closed by a holiday and by weekends, in winter and summer time.
    ['2025-04-28', '2025-04-24T13:00:01+02:00', '2025-04-28T13:00:01+02:00'],
    ['2026-03-30', '2026-03-27T13:00:01+01:00', '2026-03-30T13:00:01+02:00'],
    ['2026-03-03', '2026-03-02T13:00:01+01:00', '2026-03-03T13:00:01+01:00'],
  ])('%s has the payments from %s and before %s', (day, from, before) => {
    const bounds = operativeDayBounds(day);
    expect(bounds).toEqual({ from: parseInstant(from), before: parseInstant(before) });
    expect(operativeDayOf(bounds!.from)).toBe(day);
    expect(operativeDayOf(bounds!.before - 1)).toBe(day);
    expect(operativeDayOf(bounds!.before)).not.toBe(day);
  });

  it.each(['2026-03-07', '2026-04-06'])('%s is none', (day) => expect(operativeDayBounds(day)).toBeUndefined());

  it('a flow is late from midnight after the due day, in Italian time', () => {
    expect(toIso(reportingDeadlines(parseInstant('2026-03-26T10:00:00+01:00')!).lateFrom)).toBe('2026-03-30T22:00:00.000Z');
  });
});
