import { HOUR, SECOND } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { clip, length, union, without } from './intervals.ts';
import { OutageFinder } from './outage.ts';
import { isPlanned, stopQuota } from './stops.ts';

/** Calls at seconds: a minus sign stands for one without an answer. */
function outages(...calls: readonly [second: number, answered: boolean][]) {
  const finder = new OutageFinder();
  for (const [second, answered] of calls) finder.add({ at: second * SECOND, answered });
  return finder.found().map(({ from, until, calls: lost }) => [from / SECOND, until === undefined ? undefined : until / SECOND, lost]);
}
const lost = (...seconds: number[]): [number, boolean][] => seconds.map((second) => [second, false]);

describe('outages', () => {
  it('take five in succession within thirty seconds, and last from the first until an answer', () => {
    expect(outages(...lost(10, 20, 25, 30, 40), [50, false], [90, true], [91, false])).toEqual([[10, 90, 6]]);
  });

  it('are none of four, of five in 30.001 seconds, or of five with an answer between', () => {
    expect(outages(...lost(0, 1, 2, 3))).toEqual([]);
    expect(outages(...lost(0, 10, 20, 25, 30.001))).toEqual([]);
    expect(outages(...lost(0, 1, 2, 3), [4, true], ...lost(5, 6, 7, 8))).toEqual([]);
  });

  it('begin with the first of the five that are close enough', () => {
    expect(outages(...lost(0, 100, 200, 201, 202, 203, 204))).toEqual([[200, undefined, 5]]);
  });

  it('may be open, and several', () => {
    expect(outages(...lost(0, 1, 2, 3, 4), [10, true], ...lost(20, 21, 22, 23, 24, 99))).toEqual([
      [0, 10, 5],
      [20, undefined, 6],
    ]);
  });
});

describe('spans of time', () => {
  const span = (from: number, until: number) => ({ from, until });

  it('are put together', () => {
    expect(union([span(5, 9), span(1, 3), span(3, 4), span(6, 7), span(8, 8)])).toEqual([span(1, 4), span(5, 9)]);
    expect(length([span(0, 4), span(2, 6)])).toBe(6);
  });

  it('are clipped and cut', () => {
    expect(clip([span(0, 4), span(6, 9)], span(2, 5))).toEqual([span(2, 4)]);
    expect(without([span(0, 10)], [span(2, 3), span(5, 20)])).toEqual([span(0, 2), span(3, 5)]);
    expect(without([span(0, 1)], [])).toEqual([span(0, 1)]);
  });
});

describe('quotas of stops', () => {
  const year = { from: 0, until: 8_760 * HOUR };
  const stop = (from: number, until: number, told: number) => ({ from: from * HOUR, until: until * HOUR, announcedAt: told * HOUR });
  const down = (from: number, until: number) => ({ from: from * HOUR, until: until * HOUR });

  it('count a stop as planned that was told 72 hours ahead', () => {
    expect(isPlanned(stop(172, 174, 100))).toBe(true);
    expect(isPlanned(stop(171.9, 174, 100))).toBe(false);
  });

  it('take 36 hours planned and 9 unplanned, equality included', () => {
    const full = stopQuota([stop(100, 120, 0), stop(110, 136, 0)], [down(130, 140), down(200, 205)], year);
    expect(full).toMatchObject({ plannedMs: 36 * HOUR, unplannedMs: 9 * HOUR, exceeded: false });
    expect(stopQuota([stop(100, 137, 0)], [], year).exceeded).toBe(true);
    expect(stopQuota([], [down(0, 9.1)], year).exceeded).toBe(true);
  });

  it('count what was told too late as unplanned where the station was down', () => {
    expect(stopQuota([stop(100, 110, 90)], [down(101, 103)], year)).toMatchObject({ plannedMs: 0, unplannedMs: 2 * HOUR });
  });

  it('look at the year alone', () => {
    expect(stopQuota([stop(-1, 1, -100)], [down(8_759, 8_770)], year)).toMatchObject({ plannedMs: HOUR, unplannedMs: HOUR });
  });
});
