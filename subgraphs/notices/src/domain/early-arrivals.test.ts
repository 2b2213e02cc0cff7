import { DAY } from '@nodo-aperto/kernel/time';
import { expect, it } from 'vitest';
import { awaitedSince } from './early-arrivals.ts';

it('what came within a year is awaited, a leap day included, and nothing older', () => {
  const now = 1_800_000_000_000;
  expect(awaitedSince(now)).toBe(now - 366 * DAY);
});
