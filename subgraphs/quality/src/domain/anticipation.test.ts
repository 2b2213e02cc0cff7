import { assert as assertProperty, integer, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driftLevel, marginOf } from './anticipation.ts';
import { outcomeOf, percentageOf } from './percentage.ts';

describe('what is left', () => {
  it.each([
    [0, 0, 0, 0],
    [0, 100, 1, 0],
    [1, 100, 0, 0],
    // Two of 199 are 1.01 %, two of 200 1.00 %.
    [2, 100, -1, 100],
  ])('%i faults of %i: %i more are borne, %i good ones bring it back', (faults, sample, faultsLeft, goodNeeded) => {
    expect(marginOf(faults, sample, 100)).toEqual({ faultsLeft, goodNeeded });
  });

  it('is exact: one fault more, or one good one less, and the threshold is exceeded', () => {
    assertProperty(
      property(nat(100_000), integer({ min: 1, max: 100_000 }), integer({ min: 0, max: 1_000 }), (faults, sample, threshold) => {
        const { faultsLeft, goodNeeded } = marginOf(faults, sample, threshold);
        const outcome = (more: number, good: number) => outcomeOf(percentageOf(faults + more, sample + good), threshold);
        if (faults + faultsLeft >= 0) expect(outcome(faultsLeft, 0)).toBe('OK');
        expect(outcome(faultsLeft + 1, 0)).toBe('KO');
        expect(outcome(0, goodNeeded)).toBe('OK');
        if (goodNeeded > 0) expect(outcome(0, goodNeeded - 1)).toBe('KO');
      }),
    );
  });
});

describe('levels', () => {
  it.each([
    [0, 0, 'WITHIN'],
    [79, 100, 'WITHIN'],
    [80, 100, 'NEAR'],
    [100, 100, 'NEAR'],
    [101, 100, 'EXCEEDED'],
  ])('%i against %i is %s', (percentage, threshold, level) => expect(driftLevel(percentage, threshold)).toBe(level));
});
