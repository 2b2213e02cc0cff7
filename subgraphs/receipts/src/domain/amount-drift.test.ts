import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actualAmount, type AmountWord, driftOf } from './amount-drift.ts';

describe('the amount drift', () => {
  const times = { activatedAt: 100, paidAt: 200 };
  const word = (instant: number, amount: number): AmountWord => ({ at: instant, amount, occasion: 'UPDATE' });

  it('takes the last word up to the payment, failing that the first after it', () => {
    expect(actualAmount([], times)).toBeUndefined();
    expect(actualAmount([word(100, 1)], times)).toBeUndefined();
    expect(actualAmount([word(300, 5), word(250, 4)], times)?.amount).toBe(4);
    expect(actualAmount([word(250, 4), word(200, 3), word(150, 2), word(50, 1)], times)?.amount).toBe(3);
  });

  it('does not depend on the order in which the words are heard', () => {
    const words = array(
      record({ at: integer({ min: 0, max: 400 }), amount: integer({ min: 1, max: 9 }), occasion: constantFrom('UPDATE') }),
    );
    assert(
      property(words, (heard) => {
        const unique = [...new Map(heard.map((each) => [each.at, each as AmountWord])).values()];
        expect(actualAmount(unique.toReversed(), times)).toEqual(actualAmount(unique, times));
      }),
    );
  });

  it('is negative when the creditor got less than it was due', () => {
    expect(driftOf(1_000, 1_100)).toBe(-100);
    expect(driftOf(1_000, 900)).toBe(100);
  });
});
