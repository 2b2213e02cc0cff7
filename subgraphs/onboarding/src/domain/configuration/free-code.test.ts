import { describe, expect, it } from 'vitest';
import { firstFreeCode, firstFreeDigits } from './free-code.ts';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `B_${String(index + 1).padStart(2, '0')}`);

describe('codes of stations and channels', () => {
  it('begin with 01 and fill gaps', () => {
    expect(firstFreeCode('B', [])).toBe('B_01');
    expect(firstFreeCode('B', ['B_01', 'B_03'])).toBe('B_02');
  });

  it('take no number twice, however it is written', () => {
    expect(firstFreeCode('B', ['B_1', 'B_002'])).toBe('B_03');
  });

  it('do not mind codes of others, or without a number', () => {
    expect(firstFreeCode('B', ['BB_01', 'B_x', 'B_01_01', 'B_12345', 'B_x1', 'B_1x'])).toBe('B_01');
  });

  it('go on past 99 and past 100', () => {
    expect(firstFreeCode('B', numbered(99))).toBe('B_100');
    expect(firstFreeCode('B', numbered(100))).toBe('B_101');
    expect(firstFreeCode('B', numbered(2_500))).toBe('B_2501');
  });

  it('end somewhere', () => {
    expect(firstFreeCode('B', numbered(9_998))).toBe('B_9999');
    expect(firstFreeCode('B', numbered(9_999))).toBeUndefined();
  });
});

describe('codes of routes', () => {
  it('are the first two digits that are free', () => {
    expect([firstFreeDigits([]), firstFreeDigits(['00', '02'])]).toEqual(['00', '01']);
    const all = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
    expect([firstFreeDigits(all.slice(0, 99)), firstFreeDigits(all)]).toEqual(['99', undefined]);
  });
});
