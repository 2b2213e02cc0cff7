import { describe, expect, it } from 'vitest';
import { manualClock } from '../time/index.ts';
import { LookupCache } from './cache.ts';

function cacheOf(limit = 2) {
  const clock = manualClock();
  const waits = manualClock();
  let loads = 0;
  const cache = new LookupCache({ limit, longestMs: 1_000, clock, waits });
  const load = (key: string, until?: number) => cache.get(key, async () => ({ value: ++loads, ...(until !== undefined && { until }) }));
  return { cache, clock, waits, load, loads: () => loads };
}

describe('look-up cache', () => {
  it('loads once for all who ask at once, and for those who ask later', async () => {
    const { load, loads } = cacheOf();
    expect(await Promise.all([load('a'), load('a')])).toEqual([1, 1]);
    expect(await load('a')).toBe(1);
    expect(loads()).toBe(1);
  });

  it('loads anew what was invalidated, what has grown old, and what was planned to change', async () => {
    const { cache, clock, waits, load } = cacheOf();
    await load('a');
    cache.invalidate('a');
    expect(await load('a')).toBe(2);
    await waits.advance(1_000);
    expect(await load('a', clock.now() + 50)).toBe(3);
    expect(await load('a')).toBe(3);
    await clock.advance(50);
    expect(await load('a')).toBe(4);
    cache.clear();
    expect(await load('a')).toBe(5);
  });

  it('does not keep what was invalidated while it was loaded', async () => {
    const { cache, load } = cacheOf();
    let finish = (): void => undefined;
    const slow = cache.get('a', () => new Promise<{ value: string }>((resolve) => (finish = () => resolve({ value: 'old' }))));
    cache.invalidate('a');
    finish();
    expect(await slow).toBe('old');
    expect(await load('a')).toBe(1);
  });

  it('keeps no failure', async () => {
    const { cache, load } = cacheOf();
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await load('a')).toBe(1);
    // A failure that ends after a newer load does not remove it.
    let fail = (): void => undefined;
    const failing = cache.get('b', () => new Promise<{ value: number }>((_resolve, reject) => (fail = () => reject(new Error('late')))));
    cache.invalidate('b');
    await load('b');
    fail();
    await expect(failing).rejects.toThrow('late');
    expect(await load('b')).toBe(2);
  });

  it('drops what was loaded longest ago when it is full', async () => {
    const { cache, load } = cacheOf(2);
    await load('a');
    await load('b');
    await load('c');
    expect(cache.size).toBe(2);
    expect(await load('b')).toBe(2);
    expect(await load('a')).toBe(4);
  });
});
