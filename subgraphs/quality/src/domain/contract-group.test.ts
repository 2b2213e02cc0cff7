import { expect, it } from 'vitest';
import { groupResult } from './contract-group.ts';

it('adds faults and samples and takes the highest threshold', () => {
  // Domain facts, Reporting section 2.1: broker 01245211456 = BCITITMMXXX + SATYLUL1XXX.
  expect(
    groupResult([
      { sample: 6, faults: 2, threshold: 100 },
      { sample: 50, faults: 25, threshold: 200 },
    ]),
  ).toEqual({ sample: 56, faults: 27, threshold: 200, percentage: 4821, outcome: 'KO' });
});

it('is within when equal to the threshold', () => {
  expect(
    groupResult([
      { sample: 10, faults: 1, threshold: 100 },
      { sample: 90, faults: 0, threshold: 100 },
    ]).outcome,
  ).toBe('OK');
});

it('has neither percentage nor outcome without a sample', () => {
  expect(groupResult([{ sample: 0, faults: 0, threshold: 100 }])).toMatchObject({ percentage: null, outcome: null });
});
