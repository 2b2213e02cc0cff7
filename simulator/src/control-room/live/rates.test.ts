import { describe, expect, it } from 'vitest';
import { readEvent } from './events.ts';
import { axisTop, barsAt, countEvents, modeOf, NO_RATES, rateOfLate, STEP_MS, STEPS } from './rates.ts';

const NOW = 3_000_000;
const event = (name: string, at: number, standIn = false) =>
  readEvent('payments', { id: `${name} ${at}`, name, at: String(at), standIn }, Number);

describe('the mode of a payment that ended', () => {
  it.each([
    ['payment.booked', false, 'standard'],
    ['payment.booked', true, 'standIn'],
    ['payment.failed', true, 'failed'],
    ['payment.cancelled', false, 'failed'],
    ['payment.activated', false, undefined],
    ['payment.progressed', true, undefined],
  ])('%s, Stand-In %s: %s', (name, standIn, mode) => expect(modeOf({ source: 'payments', name, standIn })).toBe(mode));

  it('is not of receipts', () => expect(modeOf({ source: 'receipts', name: 'payment.booked', standIn: false })).toBeUndefined());
});

describe('payments per second', () => {
  it('are counted in the step in which the platform stated them, however late they arrive', () => {
    const late = countEvents(NO_RATES, [event('payment.booked', NOW - 10 * STEP_MS), event('payment.booked', NOW - STEP_MS, true)], NOW);
    const bars = barsAt(countEvents(late, [event('payment.booked', NOW - 10 * STEP_MS)], NOW), NOW);
    expect(bars).toHaveLength(STEPS);
    expect(bars.at(-10)).toEqual({ standard: 2 / 3, standIn: 0, failed: 0, secondsAgo: 30 });
    expect(bars.at(-1)).toEqual({ standard: 0, standIn: 1 / 3, failed: 0, secondsAgo: 3 });
  });

  it('leave out the step that is not over', () => {
    const rates = countEvents(NO_RATES, [event('payment.booked', NOW)], NOW);
    expect(barsAt(rates, NOW).every(({ standard }) => standard === 0)).toBe(true);
    expect(barsAt(rates, NOW + STEP_MS).at(-1)?.standard).toBeCloseTo(1 / 3);
  });

  it('are forgotten when the chart no longer shows them, and never kept without bound', () => {
    let rates = NO_RATES;
    for (let step = 0; step < 1_000; step += 1) {
      const now = NOW + step * STEP_MS;
      rates = countEvents(rates, [event('payment.booked', now)], now);
    }
    expect(rates.size).toBeLessThanOrEqual(STEPS + 1);
    expect(
      countEvents(NO_RATES, [event('payment.booked', 0), event('payment.booked', NOW * 9), event('payment.booked', Number.NaN)], NOW).size,
    ).toBe(0);
  });

  it('of late are the mean of the newest bars', () => {
    const bars = barsAt(
      countEvents(
        NO_RATES,
        [1, 2, 3].map((step) => event('payment.booked', NOW - step * STEP_MS)),
        NOW,
      ),
      NOW,
    );
    expect(rateOfLate(bars, 3).standard).toBeCloseTo(1 / 3);
    expect(rateOfLate([]).standard).toBe(0);
  });
});

describe('the axis', () => {
  it.each([
    [0, 1],
    [1.2, 2],
    [3, 5],
    [7, 10],
    [12, 20],
    [999, 1_000],
  ])('for %d payments a second ends at %d', (standard, top) => {
    expect(axisTop([{ standard, standIn: 0, failed: 0, secondsAgo: 3 }])).toBe(top);
  });
});
