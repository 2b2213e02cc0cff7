import { parseInstant, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { periodOfDays, periodOfYear } from './payment-period.ts';

const at = (text: string): number => parseInstant(text)!;

describe('periods of payments', () => {
  it('are years and spans of days in Italy, the last day included', () => {
    const { from, until } = periodOfYear(2026);
    expect([toIso(from), toIso(until)]).toEqual(['2025-12-31T23:00:00.000Z', '2026-12-31T23:00:00.000Z']);
    expect(periodOfDays('2026-07-01', '2026-07-01')).toEqual({ from: at('2026-06-30T22:00:00Z'), until: at('2026-07-01T22:00:00Z') });
    expect(periodOfDays(null, undefined)).toEqual({});
    expect(periodOfDays('2026-07-01', null)).toEqual({ from: at('2026-06-30T22:00:00Z') });
  });

  it('are from 2000 to 9998', () => {
    expect(toIso(periodOfYear(2000).from)).toBe('1999-12-31T23:00:00.000Z');
    expect(toIso(periodOfYear(9998).from)).toBe('9997-12-31T23:00:00.000Z');
  });

  it('may have an end alone', () => expect(periodOfDays(null, '2026-07-01')).toEqual({ until: at('2026-07-01T22:00:00Z') }));

  it('quote no more than forty characters of what was written', () =>
    expect(() => periodOfDays('x'.repeat(99), null)).toThrow(`${'x'.repeat(40)} is no day`));

  it.each([
    [() => periodOfYear(1999), 'year'],
    [() => periodOfYear(9999), 'year'],
    [() => periodOfYear(2026.5), 'year'],
    [() => periodOfDays('2026-02-30', null), 'from'],
    [() => periodOfDays(null, 'yesterday'), 'to'],
    [() => periodOfDays('2026-07-02', '2026-07-01'), 'to'],
  ])('are refused with the name of what is wrong: %s', (period, path) => {
    expect(period).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path })] }) as Error);
  });
});
