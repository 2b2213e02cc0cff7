import { parseInstant, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { keptSince } from './retention.ts';

const at = (text: string): number => parseInstant(text)!;

describe('how long receipts are kept', () => {
  it('is ten years by the calendar of Italy, a day more where a leap day is missing', () => {
    expect(toIso(keptSince(at('2036-11-23T12:00:00Z')))).toBe('2026-11-22T23:00:00.000Z');
    expect(toIso(keptSince(at('2036-02-29T12:00:00Z')))).toBe('2026-02-27T23:00:00.000Z');
    expect(toIso(keptSince(at('2036-12-31T23:30:00Z')))).toBe('2026-12-31T23:00:00.000Z');
  });

  it('may be longer, and is never shorter', () => {
    const now = at('2036-11-23T12:00:00Z');
    expect(toIso(keptSince(now, 12))).toBe('2024-11-22T23:00:00.000Z');
    expect(keptSince(now, 9)).toBe(keptSince(now));
  });
});
