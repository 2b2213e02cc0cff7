import { LimitError } from '@nodo-aperto/kernel/faults';
import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

function limit() {
  let now = 0;
  const rate = new RateLimit({ monotonic: () => now });
  const retryAfter = (key: string): number | undefined => {
    try {
      rate.count(key);
      return undefined;
    } catch (error) {
      if (error instanceof LimitError) return error.retryAfterSeconds;
      throw error;
    }
  };
  return { rate, retryAfter, at: (milliseconds: number) => void (now = milliseconds) };
}

describe('the rate limit', () => {
  it('lets fifty calls of a key through in a second, and tells how many are left', () => {
    const { rate, retryAfter, at } = limit();
    expect(Array.from({ length: 100 }, () => rate.count('key'))).toEqual(Array.from({ length: 100 }, (_unused, place) => 99 - place));
    expect(retryAfter('key')).toBe(1);
    expect(rate.count('other')).toBe(99);
    at(1_000);
    expect(rate.count('key')).toBe(99);
  });

  it('lets three thousand through in a minute; refused calls do not count', () => {
    const { rate, retryAfter, at } = limit();
    for (let second = 0; second < 59; second += 1) {
      at(second * 1_000);
      for (let call = 0; call < 100; call += 1) rate.count('key');
      expect(retryAfter('key')).toBe(1);
    }
    at(59_000);
    for (let call = 0; call < 99; call += 1) rate.count('key');
    expect(rate.count('key')).toBe(0);
    at(59_999);
    expect(retryAfter('key')).toBe(1);
    at(60_000);
    expect(retryAfter('key')).toBeUndefined();
  });

  it('forgets the key that began first when there are too many', () => {
    const { rate } = limit();
    rate.count('first');
    for (let key = 0; key < 10_000; key += 1) rate.count(`key ${key}`);
    expect(rate.count('first')).toBe(99);
  });
});
