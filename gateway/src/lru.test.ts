import { describe, expect, it } from 'vitest';
import { LeastRecentlyUsed } from './lru.ts';

describe('a least recently used cache', () => {
  it('forgets what was not used for the longest time', () => {
    const cache = new LeastRecentlyUsed<number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('counts weights, also of values that are replaced', () => {
    const cache = new LeastRecentlyUsed<string>(10);
    cache.set('a', 'old', 6);
    cache.set('a', 'new', 4);
    cache.set('b', 'b', 6);
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual(['new', 'b', 2]);
    cache.set('c', 'c', 5);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, undefined, 'c']);
  });

  it('does not empty itself for a value that is too heavy', () => {
    const cache = new LeastRecentlyUsed<string>(10);
    cache.set('a', 'a', 5);
    cache.set('b', 'b', 11);
    expect([cache.get('a'), cache.get('b')]).toEqual(['a', undefined]);
  });
});
