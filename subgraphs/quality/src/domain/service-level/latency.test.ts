import { seededStreams } from '@nodo-aperto/kernel/random';
import { describe, expect, it } from 'vitest';
import { LATENCY_CLASSES, latencyClass, latencyOf, quantile } from './latency.ts';
import { shareOf } from './share.ts';

const counts = (durations: readonly number[]): number[] => {
  const found = Array.from({ length: LATENCY_CLASSES }, () => 0);
  for (const duration of durations) found[latencyClass(duration)]! += 1;
  return found;
};

describe('classes of duration', () => {
  it('grow by the fourth root of two and have an end', () => {
    expect([0, 0.4, 1, 1.01, 2, 2.01, 2_000, 1e9].map(latencyClass)).toEqual([0, 0, 0, 1, 4, 5, 44, 63]);
    for (let index = 1; index < LATENCY_CLASSES - 1; index += 1) expect(latencyClass(latencyOf(index))).toBe(index);
    expect(latencyOf(0)).toBe(1);
    expect(latencyOf(LATENCY_CLASSES - 1)).toBeCloseTo(55_109, 0);
  });
});

describe('percentiles', () => {
  it('of nothing are none', () => expect(quantile(counts([]), 0.5)).toBeUndefined());

  it('are of the class that holds the call of their rank', () => {
    expect(quantile(counts([1]), 0.99)).toBe(1);
    const hundred = counts([...Array.from({ length: 99 }, () => 100), 5_000]);
    expect(latencyClass(quantile(hundred, 0.99)!)).toBe(latencyClass(100));
    expect(latencyClass(quantile(hundred, 1)!)).toBe(latencyClass(5_000));
  });

  it('differ from the exact ones by at most 9.1 %', () => {
    const random = seededStreams(8).stream('durations');
    for (let round = 0; round < 40; round += 1) {
      const durations = Array.from({ length: 1 + random.integer(0, 2_000) }, () =>
        Math.min(50_000, Math.max(1, random.logNormal(random.integer(2, 3_000), 0.8))),
      );
      const sorted = durations.toSorted((left, right) => left - right);
      for (const share of [0.5, 0.95, 0.99]) {
        const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
        expect(Math.abs(quantile(counts(durations), share)! / exact - 1)).toBeLessThan(0.0911);
      }
    }
  });
});

describe('shares', () => {
  it('are rounded down, in hundredths of a percent', () => {
    expect(shareOf(2, 3)).toBe(6_666);
    expect(shareOf(9_799, 10_000)).toBe(9_799);
    expect(shareOf(5, 5)).toBe(10_000);
    expect(shareOf(0, 0)).toBeUndefined();
  });
});
