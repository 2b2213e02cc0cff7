import { parseInstant, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { addMonths, daysOf, evaluationInstant, isMonth, latestDueMonth, monthOf, monthOfDay, provisionalMonths, spanOf } from './month.ts';

const at = (text: string): number => parseInstant(text)!;

describe('months', () => {
  it.each([
    ['2026-03-10T05:59:59+01:00', '2026-01', ['2026-02', '2026-03']],
    ['2026-03-10T06:00:00+01:00', '2026-02', ['2026-03']],
    ['2026-01-31T12:00:00+01:00', '2025-12', ['2026-01']],
    ['2026-01-05T12:00:00+01:00', '2025-11', ['2025-12', '2026-01']],
  ])('at %s the latest due is %s, and %o are provisional', (text, due, provisional) => {
    expect(latestDueMonth(at(text))).toBe(due);
    expect(provisionalMonths(at(text))).toEqual(provisional);
  });

  it('are evaluated on the 10th of the next one at six in the morning, Italian time', () => {
    expect(toIso(evaluationInstant('2026-03'))).toBe('2026-04-10T04:00:00.000Z');
    expect(toIso(evaluationInstant('2025-12'))).toBe('2026-01-10T05:00:00.000Z');
  });

  it('are those of Italian time', () => {
    expect(monthOf(at('2026-02-28T23:30:00Z'))).toBe('2026-03');
    expect(monthOfDay('2026-02-28')).toBe('2026-02');
    expect(daysOf('2028-02')).toEqual({ first: '2028-02-01', last: '2028-02-29' });
    expect(toIso(spanOf('2026-03').from)).toBe('2026-02-28T23:00:00.000Z');
    expect(toIso(spanOf('2026-03').until)).toBe('2026-03-31T22:00:00.000Z');
  });

  it('follow each other over the end of a year', () => {
    expect(addMonths('2026-01', -1)).toBe('2025-12');
    expect(addMonths('2025-12', 1)).toBe('2026-01');
    expect(addMonths('2026-03', -15)).toBe('2024-12');
  });

  it.each([
    ['2026-12', true],
    ['2026-13', false],
    ['2026-1', false],
    ['2026-00', false],
  ])('%s: %s', (text, well) => expect(isMonth(text)).toBe(well));
});
