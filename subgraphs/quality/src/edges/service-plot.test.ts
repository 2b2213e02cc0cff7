import { startOfLocalDay } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { emptyTally } from '../domain/service-level/tally.ts';
import { servicePlot } from './service-plot.ts';

describe('the plot of service levels', () => {
  it('shows each day by what was not in time, stands alone, and lets no text become markup', () => {
    const days = ['2026-03-10', '2026-03-11'].map((day, index) => {
      return { start: startOfLocalDay(day), tally: { ...emptyTally(), calls: 100, inTime: 99 - index * 9 } };
    });
    const svg = servicePlot('STATION <b>', days, startOfLocalDay('2026-03-11'));
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="[^"]*" role="img" aria-label="[^"]*"><style>/);
    expect([...svg.matchAll(/class="([a-z ]+)" x=/g)].map((match) => match[1])).toEqual(['within', 'over open']);
    expect(svg).toContain('2026-03-11: 10 of 100 calls, 10.00 %');
    expect(svg).not.toContain('<b>');
  });
});
