import { describe, expect, it } from 'vitest';
import { nearestKey } from './nearest-key.ts';

const KNOWN = ['code', 'broker', 'endpoint', 'restEndpoint', 'primitiveVersion', 'standInFlag'];

describe('the nearest known key', () => {
  it.each([
    ['endpont', 'endpoint'],
    ['EndPoint', 'endpoint'],
    ['rest_endpoint', 'restEndpoint'],
    ['stand-in-flag', 'standInFlag'],
    ['standinflg', 'standInFlag'],
    ['cod', 'code'],
    ['primitveVersoin', 'primitiveVersion'],
    ['brokr', 'broker'],
  ])('of %s is %s', (key, near) => {
    expect(nearestKey(key, KNOWN)).toBe(near);
  });

  it.each(['colour', '', 'xy', 'z'.repeat(10_000)])('of %s is none', (key) => {
    expect(nearestKey(key, KNOWN)).toBeUndefined();
  });

  it('is the nearer of two', () => {
    expect(nearestKey('abcdef', ['abcdxx', 'abcdex'])).toBe('abcdex');
    expect(nearestKey('abcdef', ['abcdex', 'abcdxx'])).toBe('abcdex');
    expect(nearestKey('abcdef', ['abcdex', 'abcdey'])).toBe('abcdex');
    expect(nearestKey('a', [])).toBeUndefined();
    expect(nearestKey('a', [''])).toBe('');
  });
});
