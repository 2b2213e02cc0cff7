import type { CallFailure } from '@nodo-aperto/kernel/soap';
import { fromWallTime, MINUTE, SECOND } from '@nodo-aperto/kernel/time';
import { describe, expect, it } from 'vitest';
import { breakerProfile } from './breaker.ts';
import { faultPercentage, type Probe, type Slot, slotStart, trafficShare } from './evidence.ts';
import { isNight } from './night.ts';
import { pagopaProfile } from './pagopa.ts';
import { judgeProbeAnswer, judgeProbeFailure } from './probe.ts';
import { judgedFrom } from './profile.ts';

const rome = (hour: number, minute = 0, second = 0, millisecond = 0): number =>
  fromWallTime(Date.UTC(2026, 2, 3, hour, minute, second, millisecond));

describe('evidence', () => {
  it('is counted in percent, and nothing of nothing is 0', () => {
    expect(faultPercentage({ calls: 0, faults: 0 })).toBe(0);
    expect(faultPercentage({ calls: 8, faults: 2 })).toBe(25);
    expect(trafficShare({ calls: 0, platformCalls: 0 })).toBe(0);
    expect(trafficShare({ calls: 5, platformCalls: 50 })).toBe(10);
    expect(slotStart(12_345, 1_000)).toBe(12_000);
  });
});

describe('profile breaker (design, section 6)', () => {
  const profile = breakerProfile();
  const now = rome(12);
  const slot = (secondsAgo: number, calls: number, faults: number): Slot => ({
    from: now - secondsAgo * SECOND,
    calls,
    faults,
    platformCalls: calls,
  });
  const opens = (...slots: Slot[]): boolean => profile.entry({ now: now + 500, slots }).decided;

  it('opens at five faults that are at least half of the calls', () => {
    expect(opens(slot(0, 5, 5))).toBe(true);
    expect(opens(slot(3, 4, 2), slot(2, 4, 2), slot(0, 2, 1))).toBe(true);
    expect(opens(slot(0, 4, 4))).toBe(false);
    expect(opens(slot(0, 11, 5))).toBe(false);
    expect(opens(slot(0, 10, 5))).toBe(true);
    expect(opens()).toBe(false);
  });

  it('looks back ten seconds, the running one among them', () => {
    expect(profile).toMatchObject({ slotMs: 1_000, slots: 10, probeEveryMs: 10_000 });
    expect(judgedFrom(profile, now + 500)).toBe(now - 9 * SECOND);
    expect(opens(slot(9, 5, 5))).toBe(true);
    expect(opens(slot(10, 5, 5))).toBe(false);
    expect(opens(slot(10, 1, 1), slot(0, 4, 4))).toBe(false);
  });

  it('never opens at one failure in ten, however many calls', () => {
    for (const calls of [10, 100, 1_000, 100_000]) expect(opens(slot(0, calls, calls / 10))).toBe(false);
  });

  it('says why in figures', () => {
    expect(profile.entry({ now, slots: [slot(1, 8, 6)] }).reason).toBe('6 of 8 calls (75 %) failed in the last 10 seconds');
    expect(profile.slotFailed(slot(0, 2, 1))).toBe(true);
    expect(profile.slotFailed(slot(0, 3, 1))).toBe(false);
    expect(profile.slotFailed(slot(0, 0, 0))).toBe(false);
  });

  it('closes after three good probes in a row, whatever came before', () => {
    const probes = (...results: Probe['result'][]): Probe[] => results.map((result, index) => ({ at: now + index * 10 * SECOND, result }));
    const closes = (...results: Probe['result'][]) => profile.exit({ now, since: now, probes: probes(...results) });
    expect(closes().decided).toBe(false);
    expect(closes('GOOD', 'GOOD')).toEqual({ decided: false, reason: '2 of 3 probes in a row were answered' });
    expect(closes('GOOD', 'ANSWERED', 'ANSWERED')).toEqual({
      decided: true,
      reason: '3 of 3 probes in a row were answered, 2 of them with another answer than the expected one',
    });
    expect(closes('GOOD', 'GOOD', 'GOOD').decided).toBe(true);
    expect(closes('FAILED', 'GOOD', 'ANSWERED', 'GOOD').decided).toBe(true);
    expect(closes('GOOD', 'GOOD', 'FAILED', 'GOOD').decided).toBe(false);
    expect(closes('GOOD', 'GOOD', 'GOOD', 'FAILED').decided).toBe(false);
    expect(profile.exitCondition).toContain('3 probes in a row');
  });
});

describe('profile pagopa (§3.2, §3.4)', () => {
  const profile = pagopaProfile();
  // A quarter of an hour is a boundary of 5-minute slots in every zone of our century.
  const now = rome(12) + 30 * SECOND;
  const boundary = rome(12);
  const slot = (back: number, calls: number, faults: number, platformCalls = 100): Slot => ({
    from: boundary - back * 5 * MINUTE,
    calls,
    faults,
    platformCalls,
  });
  const entry = (slots: Slot[], at = now) => profile.entry({ now: at, slots });

  it('judges the last six complete slots of five minutes', () => {
    expect(profile).toMatchObject({ slotMs: 5 * MINUTE, slots: 6, probeEveryMs: 5 * MINUTE, probesWithinMs: 60 * MINUTE });
    expect(judgedFrom(profile, now)).toBe(boundary - 30 * MINUTE);
    const failed = [1, 2, 3, 4].map((back) => slot(back, 20, 11));
    expect(entry(failed).decided).toBe(true);
    // The running slot and a seventh one do not count.
    expect(entry([slot(0, 20, 20), slot(1, 20, 11), slot(2, 20, 11), slot(3, 20, 11)]).decided).toBe(false);
    expect(entry([slot(7, 20, 20), slot(1, 20, 11), slot(2, 20, 11), slot(3, 20, 11)]).decided).toBe(false);
    expect(entry([slot(6, 20, 20), slot(1, 20, 11), slot(2, 20, 11), slot(3, 20, 11)]).decided).toBe(true);
  });

  it('needs four failed slots of six, and a slot fails above half', () => {
    expect(entry([1, 2, 3].map((back) => slot(back, 20, 20))).decided).toBe(false);
    expect(entry([1, 2, 3, 4].map((back) => slot(back, 20, 10))).decided).toBe(false);
    expect(profile.slotFailed(slot(1, 2, 1))).toBe(false);
    expect(profile.slotFailed(slot(1, 100, 51))).toBe(true);
  });

  it('is satisfied by a single slot with more than 5 % of the traffic by day', () => {
    const quiet = [2, 3, 4].map((back) => slot(back, 5, 5, 1_000));
    expect(entry([...quiet, slot(1, 5, 5, 1_000)]).decided).toBe(false);
    expect(entry([...quiet, slot(1, 5, 5, 100)]).decided).toBe(false);
    expect(entry([...quiet, slot(1, 6, 6, 100)]).decided).toBe(true);
    // The busy slot need not be one that failed.
    expect(entry([...quiet, slot(1, 5, 5, 1_000), slot(5, 6, 0, 100)]).decided).toBe(true);
  });

  it('asks for more than 10 % at night, by the hour of the judgement', () => {
    const nightBoundary = rome(23);
    const at = (share: number): Slot[] =>
      [1, 2, 3, 4].map((back) => ({ from: nightBoundary - back * 5 * MINUTE, calls: share, faults: share, platformCalls: 100 }));
    expect(entry(at(10), nightBoundary + 1).decided).toBe(false);
    expect(entry(at(11), nightBoundary + 1).decided).toBe(true);
    expect(entry(at(11), nightBoundary + 1).reason).toBe('4 of 6 slots of 5 minutes failed, 4 with more than 10 % of the traffic');
  });

  it.each([
    [rome(22), false],
    [rome(22, 0, 0, 1), true],
    [rome(22, 0, 1), true],
    [rome(22, 1), true],
    [rome(23, 30), true],
    [rome(0), true],
    [rome(5, 59, 59, 999), true],
    [rome(6), false],
    [rome(6, 0, 1), false],
    [rome(12), false],
    [rome(21, 59), false],
  ])('night at %d: %s', (instant, night) => {
    expect(isNight(instant)).toBe(night);
  });

  it('leaves after more than an hour, with seven good probes in the last one', () => {
    const probes = (good: number, other: Probe['result'] = 'ANSWERED'): Probe[] =>
      Array.from({ length: 12 }, (_value, index) => ({ at: now - index * 5 * MINUTE, result: index < good ? 'GOOD' : other }));
    const leaves = (good: number, minutes: number, other?: Probe['result']): boolean =>
      profile.exit({ now, since: now - minutes * MINUTE, probes: probes(good, other) }).decided;
    expect(leaves(7, 61)).toBe(true);
    expect(leaves(6, 61)).toBe(false);
    expect(leaves(12, 60)).toBe(false);
    expect(leaves(0, 61, 'ANSWERED')).toBe(false);
    // What was good more than an hour ago does not count.
    const old = profile.exit({
      now,
      since: now - 200 * MINUTE,
      probes: probes(12).map((probe) => ({ ...probe, at: probe.at - 60 * MINUTE })),
    });
    expect(old).toEqual({ decided: false, reason: '0 good probes in the last 60 minutes, in Stand-In for 200 minutes' });
    expect(profile.exitCondition).toContain('more than 60 minutes');
  });
});

describe('a probe', () => {
  const failure = (kind: CallFailure['kind']): CallFailure => ({
    kind,
    evidence: { phase: 'WAIT', detail: 'why', elapsedMs: 1, attempts: 1 },
  });

  it('is good when the notice that nobody has is unknown, and answered when the station says anything else', () => {
    expect(judgeProbeAnswer({ outcome: 'KO', faultCode: 'PAA_PAGAMENTO_SCONOSCIUTO' })).toEqual({
      result: 'GOOD',
      answer: 'PAA_PAGAMENTO_SCONOSCIUTO',
    });
    expect(judgeProbeAnswer({ outcome: 'KO', faultCode: 'PAA_ID_DOMINIO_ERRATO' })).toEqual({
      result: 'ANSWERED',
      answer: 'PAA_ID_DOMINIO_ERRATO',
    });
    expect(judgeProbeAnswer({ outcome: 'KO' })).toEqual({ result: 'ANSWERED', answer: 'KO' });
    expect(judgeProbeAnswer({ outcome: 'OK' })).toEqual({ result: 'ANSWERED', answer: 'OK' });
  });

  it('failed when no well-formed answer came', () => {
    expect(judgeProbeFailure(failure('TIMEOUT'))).toEqual({ result: 'FAILED', answer: 'TIMEOUT: why' });
    expect(judgeProbeFailure(failure('MALFORMED'))).toEqual({ result: 'FAILED', answer: 'MALFORMED (not valid): why' });
  });
});
