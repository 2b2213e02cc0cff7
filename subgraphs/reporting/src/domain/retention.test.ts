import { parseInstant, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { keptSince } from './retention.ts';

const at = (text: string): number => parseInstant(text) ?? Number.NaN;

describe('how long flows are kept', () => {
  it('is ten years to the day in Italy, and never less', () => {
    expect(toIso(keptSince(at('2036-11-23T12:00:00Z')))).toBe('2026-11-22T23:00:00.000Z');
    expect(keptSince(at('2036-11-23T12:00:00Z'), 3)).toBe(keptSince(at('2036-11-23T12:00:00Z')));
  });

  it('is longer where a deployment says so', () => {
    expect(toIso(keptSince(at('2036-11-23T12:00:00Z'), 12))).toBe('2024-11-22T23:00:00.000Z');
  });
});
