import { describe, expect, it, vi } from 'vitest';
import { seededStreams } from '@nodo-aperto/kernel/random';
import { testLogger } from '@nodo-aperto/kernel/testing';
import { manualClock } from '@nodo-aperto/kernel/time';
import type { Fleet, StationFault } from '../creditors/index.ts';
import { manageOutages, scheduleOutages } from './index.ts';

function fleetOf() {
  const faults = new Map<string, StationFault>();
  const setFault = vi.fn(async (code: string, fault: StationFault | undefined): Promise<void> => {
    if (fault === undefined) faults.delete(code);
    else faults.set(code, fault);
  });
  return { faults, setFault, fleet: { setFault } as unknown as Fleet };
}

function world() {
  const clock = manualClock();
  const { faults, setFault, fleet } = fleetOf();
  return { clock, faults, setFault, outages: manageOutages({ fleet, clock, log: testLogger() }) };
}

describe('an outage', () => {
  it('ends by itself when its time has come', async () => {
    const { clock, faults, outages } = world();
    const outage = await outages.start('S1', { kind: 'off' }, { forMs: 60_000 });
    expect(outage).toEqual({
      stationCode: 'S1',
      fault: { kind: 'off' },
      startedAt: clock.now(),
      endsAt: clock.now() + 60_000,
      scheduled: false,
    });
    await clock.advance(59_999);
    expect(faults.get('S1')).toEqual({ kind: 'off' });
    await clock.advance(1);
    expect(faults.size).toBe(0);
    expect(outages.current()).toEqual([]);
  });

  it('without an end lasts until it is stopped', async () => {
    const { clock, faults, outages } = world();
    await outages.start('S1', { kind: 'timeout' });
    await clock.advance(24 * 3_600_000);
    expect(outages.find('S1')).toMatchObject({ fault: { kind: 'timeout' } });
    await outages.stop('S1');
    expect([faults.size, outages.find('S1')]).toEqual([0, undefined]);
  });

  it('that takes the place of another has its own end', async () => {
    const { clock, faults, outages } = world();
    await outages.start('S1', { kind: 'off' }, { forMs: 10_000 });
    await clock.advance(5_000);
    await outages.start('S1', { kind: 'reset' }, { forMs: 10_000 });
    await clock.advance(9_999);
    expect(faults.get('S1')).toEqual({ kind: 'reset' });
    await clock.advance(1);
    expect(faults.size).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it('whose station cannot be switched on yet is ended a second later', async () => {
    const { clock, faults, setFault, outages } = world();
    await outages.start('S1', { kind: 'off' }, { forMs: 1_000 });
    setFault.mockRejectedValueOnce(new Error('its port was taken'));
    await clock.advance(1_000);
    expect(faults.size).toBe(1);
    await clock.advance(1_000);
    expect([faults.size, outages.current().length]).toEqual([0, 0]);
  });

  it.each([0, -1, Number.NaN, 8 * 24 * 3_600_000])('does not last %d milliseconds', async (forMs) => {
    const { faults, outages } = world();
    await expect(outages.start('S1', { kind: 'off' }, { forMs })).rejects.toThrow('seconds: is');
    expect(faults.size).toBe(0);
  });

  it('is not ended any more when all is over', async () => {
    const { clock, outages } = world();
    await outages.start('S1', { kind: 'off' }, { forMs: 1_000 });
    outages.close();
    expect(clock.pending()).toBe(0);
  });
});

describe('the rhythm of outages', () => {
  const stations = ['S1', 'S2', 'S3'];
  const run = async (seed: number, steps: number) => {
    const { clock, faults, outages } = world();
    const random = seededStreams(seed).stream('outages');
    using _schedule = scheduleOutages({
      outages,
      stations,
      rhythm: { everyMs: 240_000, lastsMs: 60_000 },
      clock,
      random,
      log: testLogger(),
    });
    const seen: string[] = [];
    for (let step = 0; step < steps; step++) {
      await clock.advance(step === 0 ? 60_000 : 180_000);
      expect(faults.size).toBe(1);
      seen.push(...[...faults].map(([code, fault]) => `${code} ${fault.kind}`));
      await clock.advance(60_000);
      expect(faults.size).toBe(0);
    }
    return seen;
  };

  it('begins after a quarter of it, then fails one station after the other, the same for the same seed', async () => {
    const seen = await run(7, 12);
    expect(await run(7, 12)).toEqual(seen);
    expect(await run(8, 12)).not.toEqual(seen);
    const codes = seen.map((each) => each.split(' ')[0]);
    expect(codes.every((code, index) => code !== codes[index - 1])).toBe(true);
    expect(new Set(codes).size).toBe(3);
    expect(new Set(seen.map((each) => each.split(' ')[1])).size).toBeGreaterThan(1);
  });

  it('leaves alone who fails already', async () => {
    const { clock, faults, outages } = world();
    for (const code of stations) await outages.start(code, { kind: 'slow' });
    const random = seededStreams(1).stream('outages');
    const schedule = scheduleOutages({ outages, stations, rhythm: { everyMs: 1_000, lastsMs: 500 }, clock, random, log: testLogger() });
    await clock.advance(10_000);
    expect([...faults.values()].every(({ kind }) => kind === 'slow')).toBe(true);
    schedule[Symbol.dispose]();
    await clock.advance(10_000);
    expect(clock.pending()).toBe(0);
  });
});
