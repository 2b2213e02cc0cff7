import { describe, expect, it } from 'vitest';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { demoPopulation } from '../population/index.ts';
import { planPayments } from './plan.ts';

const plan = (seed: number, count: number) => {
  const streams = seededStreams(seed);
  const plan = planPayments(demoPopulation(streams), streams);
  return Array.from({ length: count }, () => plan.next());
};

describe('the plan of payments', () => {
  const payments = plan(7, 2_000);

  it('is the same for the same seed, to the last digit, and another for another', () => {
    expect(plan(7, 2_000)).toEqual(payments);
    expect(plan(8, 1)).not.toEqual(payments.slice(0, 1));
    expect(payments.map(({ index }) => index)).toEqual(payments.map((_payment, index) => index));
  });

  it('has exponential gaps of mean one', () => {
    const gaps = payments.map(({ gap }) => gap);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const beyondMean = gaps.filter((gap) => gap > 1).length / gaps.length;
    expect(mean).toBeCloseTo(1, 1);
    // e^-1: what only the exponential distribution has.
    expect(Math.abs(beyondMean - 0.368)).toBeLessThan(0.04);
  });

  it('follows weights and habits, and stays within its bounds', () => {
    const share = (test: (payment: (typeof payments)[number]) => boolean) => payments.filter(test).length / payments.length;
    expect(share(({ creditor }) => creditor.name.startsWith('Agenzia'))).toBeCloseTo(0.41, 1);
    expect(share(({ habit }) => habit === 'PAYS')).toBeGreaterThan(0.88);
    expect(new Set(payments.map(({ habit }) => habit)).size).toBe(3);
    expect(new Set(payments.map(({ psp }) => psp.code)).size).toBe(3);
    expect(payments.every(({ amount }) => Number.isInteger(amount) && amount >= 100 && amount <= 500_000)).toBe(true);
    expect(payments.every(({ pauses }) => Object.values(pauses).every((pause) => pause > 0))).toBe(true);
  });
});
