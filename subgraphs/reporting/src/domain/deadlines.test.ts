import { reportingDeadlines } from '@nodo-aperto/kernel/calendar';
import { addDays, parseInstant, startOfLocalDay, toIso } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { lastFinalSettlement, replaceableUntil } from './replaceable-until.ts';

describe('the time in which a flow may be replaced', () => {
  // The worked dates of Domain facts, Reporting §1.7: the settlement day, and the day after the last one for a replacement.
  it.each([
    ['2025-04-24T12:59:00+02:00', '2025-04-28', '2025-05-03'],
    ['2025-04-24T13:01:00+02:00', '2025-04-29', '2025-05-06'],
  ])('of a payment at %s', (paidAt, settlementDay, tooLate) => {
    const deadlines = reportingDeadlines(parseInstant(paidAt) ?? 0);
    expect(deadlines.settlementDay).toBe(settlementDay);
    expect(toIso(replaceableUntil(settlementDay))).toBe(toIso(startOfLocalDay(tooLate)));
    expect(addDays(deadlines.replaceableUntilDay, 1)).toBe(tooLate);
  });

  it('is over for all transfers up to a day', () => {
    const end = replaceableUntil('2025-04-28');
    expect([lastFinalSettlement(end - 1), lastFinalSettlement(end)]).toEqual(['2025-04-27', '2025-04-28']);
    // Of Thursday 24 April: D+1 is that day, D+4 Wednesday 30 April.
    expect(toIso(replaceableUntil('2025-04-24'))).toBe('2025-04-30T22:00:00.000Z');
  });
});
