import { DAY, SECOND } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { CALL_EVERY_MS, type FetchBudget, MOST_SAVED, spendCall } from './fetch-budget.ts';

describe('the calls that a key may make', () => {
  it('are one every five seconds in the long run, after those saved up', () => {
    let budget: FetchBudget | undefined;
    for (let call = 1; call <= MOST_SAVED; call += 1) {
      const spending = spendCall(budget, 0);
      expect(spending).toMatchObject({ allowed: true, remaining: MOST_SAVED - call });
      if (spending.allowed) budget = spending.budget;
    }
    expect(spendCall(budget, 0)).toEqual({ allowed: false, retryAfterSeconds: 5 });
    expect(spendCall(budget, CALL_EVERY_MS - SECOND)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    expect(spendCall(budget, CALL_EVERY_MS)).toMatchObject({ allowed: true, remaining: 0 });
    expect(spendCall(budget, DAY)).toMatchObject({ allowed: true, remaining: MOST_SAVED - 1 });
    expect(spendCall({ left: 0, at: DAY }, DAY + SECOND)).toEqual({ allowed: false, retryAfterSeconds: 4 });
    expect(spendCall(budget, -DAY)).toMatchObject({ allowed: false });
  });
});
