import { describe, expect, it } from 'vitest';
import { claimsAfter, MOST_CLAIMED } from './claims-ahead.ts';

describe('claims ahead', () => {
  it('double with every delivery, up to what the station answers in a second, and begin anew with a failure', () => {
    const fast = { delivered: true, elapsedMs: 0 };
    expect(claimsAfter(1, fast, 4)).toBe(2);
    expect(claimsAfter(MOST_CLAIMED, fast, 4)).toBe(MOST_CLAIMED);
    expect(claimsAfter(32, { delivered: true, elapsedMs: 500 }, 4)).toBe(8);
    expect(claimsAfter(32, { delivered: true, elapsedMs: 15_000 }, 4)).toBe(1);
    expect(claimsAfter(32, { delivered: false, elapsedMs: 1 }, 4)).toBe(1);
  });
});
