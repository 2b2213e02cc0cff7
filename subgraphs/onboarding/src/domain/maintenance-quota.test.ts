import { DAY, HOUR, MINUTE, parseInstant } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { earlyEnd, goesBeyondQuota, maintenanceState, maintenanceSummary, yearsOf, yearWindow } from './maintenance-quota.ts';

const at = (text: string): number => Number(parseInstant(text));
const window = (start: string, hours: number) => ({ start: at(start), end: at(start) + hours * HOUR });

describe('hours of maintenance', () => {
  it('are those of a calendar year in Italy', () => {
    expect(yearWindow(2027)).toEqual({ start: at('2026-12-31T23:00:00Z'), end: at('2027-12-31T23:00:00Z') });
    expect(yearsOf(window('2026-12-31T20:00:00Z', 3))).toEqual([2026]);
    expect(yearsOf(window('2026-12-31T20:00:00Z', 4))).toEqual([2026, 2027]);
  });

  it('are what has passed, what is to come, what is left, what is too much', () => {
    const windows = [window('2027-02-01T00:00:00Z', 10), window('2027-03-01T00:00:00Z', 20), window('2026-12-31T20:00:00Z', 6)];
    const summary = (now: string, limit: number) => maintenanceSummary(windows, { year: 2027, now: at(now), limit });
    const figures = { year: 2027, annualHoursLimit: 36 };
    expect(summary('2027-03-01T05:00:00Z', 36)).toEqual({
      ...figures,
      usedHours: 18,
      scheduledHours: 15,
      remainingHours: 3,
      extraHours: 0,
    });
    expect(summary('2026-01-01T00:00:00Z', 36)).toMatchObject({ usedHours: 0, scheduledHours: 33 });
    expect(summary('2029-01-01T00:00:00Z', 30)).toMatchObject({ usedHours: 33, scheduledHours: 0, remainingHours: 0, extraHours: 3 });
  });

  it('may be exceeded in any year that a window touches', () => {
    const others = [window('2027-02-01T00:00:00Z', 34)];
    expect(goesBeyondQuota(window('2027-05-01T00:00:00Z', 2), others, 36)).toBe(false);
    expect(goesBeyondQuota(window('2027-05-01T00:00:00Z', 2.25), others, 36)).toBe(true);
    expect(goesBeyondQuota(window('2026-12-31T20:00:00Z', 5), others, 36)).toBe(false);
    expect(goesBeyondQuota(window('2026-12-31T20:00:00Z', 5.5), others, 36)).toBe(true);
  });
});

describe('a window', () => {
  const lasting = window('2027-05-01T00:00:00Z', 2);

  it('ends early on a quarter hour, while it lasts', () => {
    expect(earlyEnd(lasting, lasting.start + MINUTE)).toBe(lasting.start + 15 * MINUTE);
    expect(earlyEnd(lasting, lasting.start + 30 * MINUTE)).toBe(lasting.start + 30 * MINUTE);
    for (const now of [lasting.start - DAY, lasting.start, lasting.end - MINUTE, lasting.end + DAY])
      expect(earlyEnd(lasting, now)).toBeUndefined();
  });

  it('is ahead, lasts, or is over', () => {
    expect([-1, 0, 2 * HOUR - 1, 2 * HOUR].map((after) => maintenanceState(lasting, lasting.start + after))).toEqual([
      'SCHEDULED',
      'IN_PROGRESS',
      'IN_PROGRESS',
      'FINISHED',
    ]);
  });
});
