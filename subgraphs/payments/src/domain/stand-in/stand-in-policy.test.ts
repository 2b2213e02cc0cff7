import { DEFAULT_SETTINGS, type Station } from '@nodo-aperto/kernel/directory';
import { describe, expect, it } from 'vitest';
import type { Slot } from './evidence.ts';
import { beyondExposure, NO_EXPOSURE } from './exposure.ts';
import { isFailing } from './health.ts';
import { mayEnter, profileFor, requestPolicy } from './policy.ts';
import { breakerProfile } from './breaker.ts';
import { judgedSlot } from './profile.ts';

const station = (change: Partial<Pick<Station, 'asynchronous' | 'standInPolicy'>> = {}) => change;

describe('the policy in force for a station (design, section 5.1)', () => {
  it('is that of the settings', () => {
    expect(requestPolicy(DEFAULT_SETTINGS, station())).toEqual({
      asynchronous: false,
      perRequestFallback: true,
      forced: undefined,
      exposureLimits: undefined,
    });
    const exposureLimits = { periodMinutes: 60, payments: 5 };
    expect(requestPolicy({ ...DEFAULT_SETTINGS, perRequestFallback: false, exposureLimits }, station({ standInPolicy: {} }))).toEqual({
      asynchronous: false,
      perRequestFallback: false,
      forced: undefined,
      exposureLimits,
    });
  });

  it('is what the station overrides', () => {
    const standInPolicy = { perRequestFallback: false, forced: 'IN' as const, exposureLimits: { periodMinutes: 1 } };
    const settings = { ...DEFAULT_SETTINGS, exposureLimits: { periodMinutes: 60, payments: 5 } };
    expect(requestPolicy(settings, station({ asynchronous: true, standInPolicy }))).toEqual({ asynchronous: true, ...standInPolicy });
  });

  it('has the profile of the station, else that of the settings, with the figures of the settings', () => {
    expect(profileFor(DEFAULT_SETTINGS, undefined)).toMatchObject({ name: 'breaker', slots: 10, probeEveryMs: 10_000 });
    const settings = {
      ...DEFAULT_SETTINGS,
      standInBreaker: { windowSeconds: 30, goodProbes: 1 },
      standInPagopa: { slotMinutes: 1, slots: 3 },
    };
    const breaker = profileFor(settings, station());
    expect(breaker).toMatchObject({ name: 'breaker', slots: 30, probeEveryMs: 10_000 });
    expect(breaker.exit({ now: 0, since: 0, probes: [{ at: 0, result: 'GOOD' }] }).decided).toBe(true);
    expect(breaker.entryCondition).toContain('last 30 seconds');
    const pagopa = profileFor(settings, station({ standInPolicy: { profile: 'pagopa' } }));
    expect(pagopa).toMatchObject({ name: 'pagopa', slots: 3, slotMs: 60_000, countedMs: 60_000 });
    expect(pagopa.entryCondition).toContain('last 3 slots of 1 minutes');
  });

  it('may put in a station that is neither asynchronous nor kept out', () => {
    expect(mayEnter(station())).toBe(true);
    expect(mayEnter(station({ standInPolicy: { forced: 'IN' } }))).toBe(true);
    expect(mayEnter(station({ standInPolicy: { forced: 'OUT' } }))).toBe(false);
    expect(mayEnter(station({ asynchronous: true }))).toBe(false);
  });
});

describe('exposure in Stand-In (design, section 5.6)', () => {
  it('is not limited by limits without figures', () => {
    expect(beyondExposure({ periodMinutes: 60 }, { payments: 1_000_000, totalAmount: 99_999_999_999 }, 99_999_999_999)).toBeUndefined();
  });

  it('counts payments', () => {
    const limits = { periodMinutes: 60, payments: 2 };
    expect(beyondExposure(limits, { payments: 1, totalAmount: 1 }, 1)).toBeUndefined();
    expect(beyondExposure(limits, { payments: 2, totalAmount: 1 }, 1)).toBe(
      'The station has 2 payments in Stand-In in 60 minutes, and the limit is 2.',
    );
    expect(beyondExposure({ periodMinutes: 60, payments: 0 }, NO_EXPOSURE, 1)).toBeDefined();
  });

  it('adds up amounts, the new one included', () => {
    const limits = { periodMinutes: 5, totalAmount: 10_000 };
    expect(beyondExposure(limits, { payments: 1, totalAmount: 6_000 }, 4_000)).toBeUndefined();
    expect(beyondExposure(limits, { payments: 1, totalAmount: 6_000 }, 4_001)).toBe(
      'With 60,00 euro paid in Stand-In in 5 minutes, 40,01 euro more is above the limit of 100,00 euro.',
    );
  });

  it('looks at the single amount first', () => {
    const limits = { periodMinutes: 5, singleAmount: 10_000, payments: 0 };
    expect(beyondExposure(limits, NO_EXPOSURE, 10_001)).toBe(
      'A payment of 100,01 euro is above the limit of 100,00 euro for one payment in Stand-In.',
    );
    expect(beyondExposure({ ...limits, payments: 1 }, NO_EXPOSURE, 10_000)).toBeUndefined();
  });
});

describe('the health of a station', () => {
  const slot = (calls: number, faults: number): Slot => ({ from: 0, calls, faults, platformCalls: 2 * calls });

  it('is failing when a slot has failed, and not for a single call', () => {
    const profile = breakerProfile();
    expect(isFailing(profile, [])).toBe(false);
    expect(isFailing(profile, [slot(1, 1)])).toBe(false);
    expect(isFailing(profile, [slot(1, 1), slot(9, 1)])).toBe(true);
    expect(isFailing(profile, [slot(9, 1), slot(9, 1)])).toBe(false);
    expect(isFailing(profile, [slot(2, 2)])).toBe(true);
  });

  it('is shown slot by slot', () => {
    expect(judgedSlot(breakerProfile(), slot(4, 2))).toEqual({
      from: 0,
      calls: 4,
      faults: 2,
      faultPercentage: 50,
      share: 50,
      failed: true,
    });
  });
});
