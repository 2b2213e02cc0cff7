import { describe, expect, it } from 'vitest';
import { manualClock } from '../time/index.ts';
import { pause, startPump } from './pump.ts';

describe('pump', () => {
  it('steps when woken, again while there is more, once for wake-ups that come together, and when polled', async () => {
    const waits = manualClock();
    const steps: number[] = [];
    let more = 2;
    const pump = startPump({
      waits,
      pollMs: 100,
      onError: () => undefined,
      async step() {
        steps.push(waits.monotonic());
        await Promise.resolve();
        more -= 1;
        return more > 0;
      },
    });
    pump.wake();
    pump.wake();
    await waits.advance(0);
    // The first call's second wake-up and its "more" fall together.
    expect(steps).toHaveLength(2);
    await waits.advance(100);
    expect(steps).toHaveLength(3);
    await pump.stop();
    pump.wake();
    await waits.advance(1_000);
    expect(steps).toHaveLength(3);
    expect(waits.pending()).toBe(0);
  });

  it('lets work gather while it keeps coming, and serves the first after a rest at once', async () => {
    const waits = manualClock();
    const steps: number[] = [];
    const pump = startPump({
      waits,
      pollMs: 1_000_000,
      gatherMs: 20,
      onError: () => undefined,
      async step() {
        steps.push(waits.monotonic());
        return steps.length === 3;
      },
    });
    pump.wake();
    await waits.advance(0);
    expect(steps).toEqual([0]);
    await waits.advance(5);
    pump.wake();
    await waits.advance(5);
    pump.wake();
    await waits.advance(5);
    expect(steps).toEqual([0]);
    await waits.advance(5);
    expect(steps).toEqual([0, 20]);
    pump.wake();
    await waits.advance(20);
    // The third step says that there is more: the fourth does not wait.
    expect(steps).toEqual([0, 20, 40, 40]);
    await waits.advance(100);
    pump.wake();
    await waits.advance(0);
    expect(steps).toEqual([0, 20, 40, 40, 140]);
    pump.wake();
    await waits.advance(1);
    await pump.stop();
    expect(steps).toHaveLength(5);
    expect(waits.pending()).toBe(0);
  });

  it('lets more gather when steps take long: four times as long, up to the longest', async () => {
    const waits = manualClock();
    const steps: number[] = [];
    const lengths = [10, 100, 0];
    const pump = startPump({
      waits,
      pollMs: 1_000_000,
      gatherMs: 20,
      longestGatherMs: 150,
      onError: () => undefined,
      async step() {
        const length = lengths[steps.push(waits.monotonic()) - 1] ?? 0;
        if (length > 0) await waits.sleep(length);
        return false;
      },
    });
    pump.wake();
    await waits.advance(15);
    pump.wake();
    await waits.advance(24);
    expect(steps).toEqual([0]);
    await waits.advance(1);
    expect(steps).toEqual([0, 40]);
    await waits.advance(100);
    pump.wake();
    await waits.advance(49);
    expect(steps).toEqual([0, 40]);
    await waits.advance(1);
    expect(steps).toEqual([0, 40, 190]);
    // A short step again: as at first.
    pump.wake();
    await waits.advance(20);
    expect(steps).toEqual([0, 40, 190, 210]);
    await pump.stop();
  });

  it('goes on after failures, with pauses that grow', async () => {
    const waits = manualClock();
    const failures: [number, number][] = [];
    const pump = startPump({
      waits,
      pollMs: 1_000_000,
      longestPauseMs: 150,
      onError: (_error, count) => failures.push([waits.monotonic(), count]),
      async step() {
        if (failures.length < 4) throw new Error('no');
        return false;
      },
    });
    pump.wake();
    await waits.advance(10_000);
    expect(failures).toEqual([
      [0, 1],
      [50, 2],
      [150, 3],
      [300, 4],
    ]);
    await pump.stop();
  });

  it('stops in the middle of a pause', async () => {
    const waits = manualClock();
    const pump = startPump({ waits, pollMs: 1_000_000, onError: () => undefined, step: () => Promise.reject(new Error('no')) });
    pump.wake();
    await waits.advance(0);
    await pump.stop();
    expect(waits.pending()).toBe(0);
  });

  it('pauses pass on errors other than an abort', async () => {
    const broken = { ...manualClock(), sleep: () => Promise.reject(new Error('clock broke')) };
    await expect(pause(broken, 1, new AbortController().signal)).rejects.toThrow('clock broke');
  });
});
