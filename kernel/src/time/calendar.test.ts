import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  asDate,
  DAY,
  daysBetween,
  fromDate,
  isLocalDate,
  localParts,
  parseInstant,
  startOfLocalDay,
  toIso,
  toLocalDate,
  toLocalDateTime,
  toOffsetIso,
  weekdayOf,
  yearsBefore,
} from './index.ts';

const utc = (text: string): number => Date.parse(text);
// Two centuries around now; offsets before 1894 have seconds and are no business of ours.
const instants = fc.integer({ min: utc('1950-01-01T00:00:00Z'), max: utc('2090-01-01T00:00:00Z') });

describe('parseInstant', () => {
  it.each([
    ['2026-03-02T09:00:00Z', '2026-03-02T09:00:00.000Z'],
    ['2026-03-02T09:00:00.5Z', '2026-03-02T09:00:00.500Z'],
    ['2026-03-02T09:00:00.123456789Z', '2026-03-02T09:00:00.123Z'],
    ['2026-03-02T09:00Z', '2026-03-02T09:00:00.000Z'],
    ['2027-01-10T01:00:00+01:00', '2027-01-10T00:00:00.000Z'],
    ['2027-01-10T01:00:00+0100', '2027-01-10T00:00:00.000Z'],
    ['2027-01-10T01:00:00-05', '2027-01-10T06:00:00.000Z'],
    ['2026-12-31T24:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['2026-03-02T09:00:00+05:30', '2026-03-02T03:30:00.000Z'],
    ['2026-03-02T09:00:00-03:59', '2026-03-02T12:59:00.000Z'],
    ['2026-03-02T09:00:00+14:00', '2026-03-01T19:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(toIso(parseInstant(text) ?? Number.NaN)).toBe(expected);
  });

  it.each([
    ['winter', '2026-01-15T12:00:00', '2026-01-15T11:00:00.000Z'],
    ['summer', '2026-07-15T12:00:00.000', '2026-07-15T10:00:00.000Z'],
    ['the hour before the clocks go ahead', '2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
    ['the hour that is skipped, moved on', '2026-03-29T02:30:00', '2026-03-29T01:30:00.000Z'],
    ['the first of two readings', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
    ['after the clocks went back', '2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
    ['the end of the day', '2026-07-15T24:00:00', '2026-07-15T22:00:00.000Z'],
  ])('reads a time without offset as that of Rome: %s', (_name, text, expected) => {
    expect(toIso(parseInstant(text) ?? Number.NaN)).toBe(expected);
  });

  it.each([
    '',
    '2026-03-02',
    '2026-03-02 09:00:00',
    '2026-02-29T00:00:00Z',
    '2026-06-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-03-02T25:00:00Z',
    '2026-03-02T24:00:01Z',
    '2026-03-02T24:30:00Z',
    '2026-03-02T09:00:00+14:01',
    '2026-03-02T24:00:00.1Z',
    '2026-03-02T09:60:00Z',
    '2026-03-02T09:00:60Z',
    '2026-03-02T09:00:00+15:00',
    '2026-03-02T09:00:00+01:60',
    '0000-01-01T00:00:00Z',
    '2026-03-02T09:00:00Zx',
    ' 2026-03-02T09:00:00Z',
    '1767225600000',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('reads back what toIso and toOffsetIso write', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        expect(parseInstant(toIso(ms))).toBe(ms);
        expect(parseInstant(toOffsetIso(ms))).toBe(ms);
        expect(parseInstant(toOffsetIso(ms, 'America/New_York'))).toBe(ms);
      }),
    );
  });

  it('reads back local times, but for the hour that occurs twice', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const second = Math.floor(ms / 1000) * 1000;
        const back = parseInstant(toLocalDateTime(second)) ?? Number.NaN;
        expect(toLocalDateTime(back)).toBe(toLocalDateTime(second));
        expect([0, 3_600_000]).toContain(second - back);
      }),
    );
  });
});

describe('Italian civil time', () => {
  it('knows date, weekday and offset on both sides of midnight and of the change of the clocks', () => {
    expect(toLocalDate(utc('2026-03-01T22:59:59.999Z'))).toBe('2026-03-01');
    expect(toLocalDate(utc('2026-03-01T23:00:00Z'))).toBe('2026-03-02');
    expect(localParts(utc('2026-03-01T23:00:00.007Z'))).toEqual({
      year: 2026,
      month: 3,
      day: 2,
      hour: 0,
      minute: 0,
      second: 0,
      millisecond: 7,
      weekday: 1,
      offsetMinutes: 60,
    });
    expect(localParts(utc('2026-03-29T00:59:59.999Z'))).toMatchObject({ hour: 1, offsetMinutes: 60, weekday: 7 });
    expect(localParts(utc('2026-03-29T01:00:00Z'))).toMatchObject({ hour: 3, offsetMinutes: 120 });
    expect(toOffsetIso(utc('2026-10-25T00:30:00Z'))).toBe('2026-10-25T02:30:00.000+02:00');
    expect(toOffsetIso(utc('2026-10-25T01:30:00Z'))).toBe('2026-10-25T02:30:00.000+01:00');
    expect(toOffsetIso(utc('2026-01-15T12:00:00Z'), 'America/St_Johns')).toBe('2026-01-15T08:30:00.000-03:30');
    expect(toLocalDate(utc('2026-03-01T23:00:00Z'), 'UTC')).toBe('2026-03-01');
  });

  it('agrees with the formatter of the platform at every instant', () => {
    const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome', dateStyle: 'short', timeStyle: 'medium' });
    fc.assert(
      fc.property(instants, (ms) => {
        expect(toLocalDateTime(ms)).toBe(formatter.format(ms).replace(' ', 'T'));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => toLocalDate(0, 'Europe/Atlantis')).toThrow(RangeError);
  });

  it('begins days at midnight in Rome, 23 and 25 hour days included', () => {
    expect(toIso(startOfLocalDay('2026-03-29'))).toBe('2026-03-28T23:00:00.000Z');
    expect(startOfLocalDay('2026-03-30') - startOfLocalDay('2026-03-29')).toBe(23 * 3_600_000);
    expect(startOfLocalDay('2026-10-26') - startOfLocalDay('2026-10-25')).toBe(25 * 3_600_000);
    fc.assert(fc.property(instants, (ms) => startOfLocalDay(toLocalDate(ms)) <= ms && ms < startOfLocalDay(addDays(toLocalDate(ms), 1))));
  });
});

describe('calendar days', () => {
  it.each(['2026-02-28', '2024-02-29', '0001-01-01', '9999-12-31'])('accepts %s', (text) => expect(isLocalDate(text)).toBe(true));

  it.each(['2026-02-29', '2026-00-10', '2026-1-1', '0000-01-01', '20260101', '2026-01-01T00:00:00', '2026-01-01Z', ''])(
    'refuses %j',
    (text) => expect(isLocalDate(text)).toBe(false),
  );

  it('adds days over months and years', () => {
    expect(addDays('2025-04-30', 1)).toBe('2025-05-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(addDays('2025-12-31', 1)).toBe('2026-01-01');
    expect(daysBetween('2025-04-24', '2025-05-02')).toBe(8);
    expect(weekdayOf('2025-04-24')).toBe(4);
    expect(weekdayOf('2026-03-01')).toBe(7);
    expect(() => addDays('tomorrow', 1)).toThrow('A calendar day is written YYYY-MM-DD');
  });

  it.each([
    ['2026-03-02T10:30:00+01:00', 10, '2016-03-02'],
    ['2024-02-29T23:59:59+01:00', 1, '2023-02-28'],
    ['2024-02-28T12:00:00+01:00', 1, '2023-02-28'],
    ['2024-03-29T12:00:00+01:00', 1, '2023-03-29'],
    ['2026-01-01T00:30:00+01:00', 0, '2026-01-01'],
  ])('goes back from %s by %i years to the beginning of %s', (instant, years, day) =>
    expect(yearsBefore(parseInstant(instant) ?? Number.NaN, years)).toBe(startOfLocalDay(day)),
  );

  it('writes no negative offset in UTC', () => expect(toOffsetIso(0, 'UTC')).toBe('1970-01-01T00:00:00.000+00:00'));
});

describe('Date objects of drivers', () => {
  it('pass in and out', () => {
    expect(fromDate(asDate(1_234))).toBe(1_234);
    expect(asDate(DAY).toISOString()).toBe('1970-01-02T00:00:00.000Z');
    expect(() => fromDate(new Date(Number.NaN))).toThrow(RangeError);
    expect(() => asDate(Number.NaN)).toThrow(RangeError);
    expect(asDate(100_000_000 * DAY).toISOString()).toBe('+275760-09-13T00:00:00.000Z');
    expect(() => asDate(100_000_000 * DAY + 1)).toThrow('is no instant');
    expect(() => toIso(Number.NaN)).toThrow(RangeError);
  });
});
