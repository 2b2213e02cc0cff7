import { describe, expect, it } from 'vitest';
import { judge, percentage } from './objectives.ts';

describe('an objective', () => {
  it('is kept as long as no more fail than may', () => {
    const of = (good: number) => judge({ name: 'calls', total: 10_000, good }, 0.9995);
    expect(of(10_000)).toMatchObject({ left: 5, kept: true });
    expect(of(9_995)).toMatchObject({ left: 0, kept: true });
    expect(of(9_994)).toMatchObject({ left: -1, kept: false });
  });

  it('allows no failure among a few, and is kept where nothing happened', () => {
    expect(judge({ name: 'calls', total: 100, good: 99 }, 0.9995)).toMatchObject({ left: -1, kept: false });
    expect(judge({ name: 'calls', total: 0, good: 0 }, 0.9995)).toMatchObject({ left: 0, kept: true });
  });

  it('is told rounded down', () => {
    expect(percentage({ good: 999_999, total: 1_000_000 })).toBe('99.9999 %');
    expect(percentage({ good: 99_999_999, total: 100_000_000 })).toBe('99.9999 %');
    expect(percentage({ good: 1, total: 1 })).toBe('100.0000 %');
    expect(percentage({ good: 0, total: 0 })).toBe('–');
  });
});
