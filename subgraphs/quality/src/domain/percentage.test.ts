import { assert as assertProperty, integer, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, outcomeOf, percentageOf } from './percentage.ts';

describe('percentage', () => {
  // The numeric cases of domain facts, Reporting section 2.1.
  it.each([
    ['SARDIT31, NRFDR', 1, 3, 3333, 100, 'KO'],
    ['CIPBITMM, all four', 0, 100, 0, 100, 'OK'],
    ['BCITITMMXXX, NRFDR', 2, 6, 3333, 100, 'KO'],
    ['BCITITMMXXX, LFDR', 3, 6, 5000, 100, 'KO'],
    ['SATYLUL1XXX, NRFDR', 25, 50, 5000, 100, 'KO'],
    ['SATYLUL1XXX, WAFDR', 4, 50, 800, 100, 'KO'],
    ['broker 01245211456', 27, 56, 4821, 100, 'KO'],
    ['equality passes', 1, 100, 100, 100, 'OK'],
    ['rounded first', 1004, 100_000, 100, 100, 'OK'],
    ['rounded up', 1006, 100_000, 101, 100, 'KO'],
    ['one of three hundred', 1, 300, 33, 100, 'OK'],
    ['notify at the limit', 100, 5000, 200, 200, 'OK'],
    ['notify above it', 101, 5000, 202, 200, 'KO'],
    ['no flows', 0, 0, 0, 100, 'OK'],
  ])('%s: %i of %i', (_name, faults, sample, percentage, threshold, outcome) => {
    expect(percentageOf(faults, sample)).toBe(percentage);
    expect(outcomeOf(percentage, threshold)).toBe(outcome);
  });

  it('is the rounded quotient for any sample', () => {
    assertProperty(
      property(nat(10_000_000), integer({ min: 1, max: 10_000_000 }), (faults, sample) => {
        const exact = (faults * 10_000) / sample;
        expect(Math.abs(percentageOf(faults, sample) - exact)).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
    );
  });

  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [101, '1.01'],
    [10_000, '100.00'],
  ])('%i is written %s', (value, text) => expect(decimalOf(value)).toBe(text));
});
