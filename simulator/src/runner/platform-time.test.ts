import { parseInstant } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { beginning } from './platform-time.ts';

const at = (text: string): number => parseInstant(text) ?? Number.NaN;

describe('a run begins', () => {
  it.each([
    // Now, when nothing is said; today or tomorrow at the hour that is wanted.
    ['today', undefined, '2026-03-06T12:00:00', '2026-03-06T12:00:00'],
    ['today', '18:30', '2026-03-06T12:00:00', '2026-03-06T18:30:00'],
    ['today', '08:00', '2026-03-06T12:00:00', '2026-03-07T08:00:00'],
    // The 6th is a Friday.
    ['workingDay', '08:00', '2026-03-06T07:59:00', '2026-03-06T08:00:00'],
    ['workingDay', '08:00', '2026-03-06T12:00:00', '2026-03-09T08:00:00'],
    // The 31st of May 2026 is a Sunday, and clocks change on the 29th of March.
    ['monthEnd', '09:45', '2026-05-02T12:00:00', '2026-05-29T09:45:00'],
    ['monthEnd', '09:45', '2026-03-06T12:00:00', '2026-03-31T09:45:00'],
    // Past this month's: the next month's; a year's end.
    ['monthEnd', '09:45', '2026-03-31T10:00:00', '2026-04-30T09:45:00'],
    ['monthEnd', '09:45', '2026-12-31T10:00:00', '2027-01-29T09:45:00'],
  ] as const)('%s %s, seen from %s: %s', (from, time, now, expected) => {
    expect(beginning({ from, factor: 1, ...(time && { at: time }) }, at(now))).toBe(at(expected));
  });
});
