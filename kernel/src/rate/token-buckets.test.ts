import { manualClock } from '../time/index.ts';
import { describe, expect, it } from 'vitest';
import { tokenBuckets } from './token-buckets.ts';

const made = (callers = 100) => {
  const clock = manualClock();
  return { clock, buckets: tokenBuckets({ perSecond: 2, burstSeconds: 5, callers, clock }) };
};

describe('token buckets', () => {
  it('give a burst, then what comes back', async () => {
    const { clock, buckets } = made();
    for (let count = 0; count < 10; count += 1) expect(buckets.take('a', 1)).toBe(0);
    expect(buckets.take('a', 1)).toBe(0.5);
    expect(buckets.take('b', 10)).toBe(0);
    await clock.advance(500);
    expect(buckets.take('a', 1)).toBe(0);
    expect(buckets.take('a', 3)).toBe(1.5);
  });

  it('let what is larger than a bucket go, and have it paid off', async () => {
    const { clock, buckets } = made();
    expect(buckets.take('a', 30)).toBe(0);
    expect(buckets.take('a', 1)).toBe(10.5);
    await clock.advance(10_500);
    expect(buckets.take('a', 1)).toBe(0);
  });

  it('remember a bounded number of callers', () => {
    const { buckets } = made(3);
    expect(buckets.take('a', 10)).toBe(0);
    for (const caller of ['b', 'c']) buckets.take(caller, 1);
    expect(buckets.take('a', 1)).toBeGreaterThan(0);
    for (const caller of ['d', 'e', 'f']) buckets.take(caller, 1);
    expect(buckets.take('a', 10)).toBe(0);
  });
});
