import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('the nearest name', () => {
  const codes = ['66666666666_01', '77777777777_01', 'off', 'slow'];

  it.each([
    ['66666666666_10', '66666666666_01'],
    ['6666666666_01', '66666666666_01'],
    ['OFFF', 'off'],
    ['slwo', 'slow'],
  ])('to %s is %s', (text, name) => {
    expect(nearest(text, codes)).toBe(name);
  });

  it('is none when nothing is near', () => {
    expect(nearest('xyz', codes)).toBeUndefined();
    expect(nearest('', codes)).toBeUndefined();
    expect(nearest('6'.repeat(5_000), codes)).toBeUndefined();
    expect(nearest('off', [])).toBeUndefined();
  });
});
