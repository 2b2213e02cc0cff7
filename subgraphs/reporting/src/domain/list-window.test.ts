import { InputError } from '@nodo-aperto/kernel/faults';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { startOfList } from './list-window.ts';

const at = (text: string): number => parseInstant(text) ?? Number.NaN;

describe('a creditor’s list', () => {
  it.each([
    ['2026-05-14T10:00:00+02:00', '2026-04-14T00:00:00+02:00'],
    ['2026-03-31T10:00:00+02:00', '2026-02-28T00:00:00+01:00'],
    ['2026-01-01T00:00:00+01:00', '2025-12-01T00:00:00+01:00'],
    ['2026-05-30T10:00:00+02:00', '2026-04-30T00:00:00+02:00'],
  ])('at %s begins at %s', (now, begins) => {
    expect(startOfList(undefined, at(now), 'publishedGt')).toBe(at(begins));
    expect(startOfList(at(begins), at(now), 'publishedGt')).toBe(at(begins));
    expect(() => startOfList(at(begins) - 1, at(now), 'publishedGt')).toThrow(InputError);
  });
});
