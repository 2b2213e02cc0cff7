import { describe, expect, it } from 'vitest';
import { AbortedError, DeadlineExceededError, MANUAL_CLOCK_START, manualClock, withDeadline } from './index.ts';

describe('the manual clock', () => {
  it('stands still until told to move', async () => {
    const clock = manualClock();
    expect([clock.now(), clock.monotonic()]).toEqual([MANUAL_CLOCK_START, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.date().getTime(), clock.monotonic()]).toEqual([MANUAL_CLOCK_START + 250, MANUAL_CLOCK_START + 250, 250]);
  });

  it('fires by due time, then in the order of scheduling, each at its own instant', async () => {
    const clock = manualClock(0);
    const order: string[] = [];
    for (const [name, at] of [
      ['c', 30],
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
    ] as const) {
      clock.schedule(at, () => order.push(`${name}@${clock.now()}`));
    }
    expect(clock.pending()).toBe(4);
    await clock.advance(20);
    expect(order).toEqual(['a@10', 'b1@20', 'b2@20']);
    expect(clock.pending()).toBe(1);
    await clock.advance(10);
    expect(order.at(-1)).toBe('c@30');
  });

  it('lets sleepers run on and reach their next wait within one advance', async () => {
    const clock = manualClock(0);
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(100);
        seen.push(clock.now());
      }
    };
    const running = loop();
    await clock.advance(1_000);
    await running;
    expect(seen).toEqual([100, 200, 300]);
    expect(clock.now()).toBe(1_000);
  });

  it('beats as often as time allows, never overlapping', async () => {
    const clock = manualClock(0);
    const starts: number[] = [];
    using repeat = clock.every(
      100,
      async () => {
        starts.push(clock.now());
        await clock.sleep(150);
      },
      (error) => expect.unreachable(String(error)),
    );
    await clock.advance(1_000);
    // Each run takes one beat and a half: every second beat is skipped.
    expect(starts).toEqual([100, 300, 500, 700, 900]);
    repeat[Symbol.dispose]();
    await clock.advance(1_000);
    expect(starts).toHaveLength(5);
  });

  it('hands what a repeated action throws to onError and goes on', async () => {
    const clock = manualClock(0);
    const errors: string[] = [];
    using _repeat = clock.every(
      10,
      () => {
        throw new Error(`at ${clock.now()}`);
      },
      (error) => errors.push(error instanceof Error ? error.message : ''),
    );
    await clock.advance(30);
    expect(errors).toEqual(['at 10', 'at 20', 'at 30']);
  });

  it('sets the time of day without letting time pass', async () => {
    const clock = manualClock(0);
    let ran = false;
    clock.schedule(100, () => (ran = true));
    clock.set(5_000_000);
    expect([clock.now(), clock.monotonic(), ran]).toEqual([5_000_000, 0, false]);
    await clock.advance(100);
    expect([clock.now(), ran]).toEqual([5_000_100, true]);
    clock.set(7_000);
    expect([clock.now(), clock.monotonic()]).toEqual([7_000, 100]);
    expect([clock.realDelay(250), clock.realDeadline(250)]).toEqual([250, 250]);
  });

  it('forgets aborted sleeps and rejects with what an action throws', async () => {
    const clock = manualClock(0);
    const controller = new AbortController();
    const sleeping = clock.sleep(50, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toThrow(AbortedError);
    expect(clock.pending()).toBe(0);
    clock.schedule(10, () => {
      throw new Error('boom');
    });
    await expect(clock.advance(10)).rejects.toThrow('boom');
  });
});

describe('withDeadline', () => {
  it('answers with the result and leaves no timer behind', async () => {
    const clock = manualClock();
    await expect(withDeadline(clock, 100, 'work', () => Promise.resolve(7))).resolves.toBe(7);
    expect(clock.pending()).toBe(0);
  });

  it('passes on what the work rejects with, thrown at once or later', async () => {
    const clock = manualClock();
    await expect(withDeadline(clock, 100, 'work', () => Promise.reject(new Error('own')))).rejects.toThrow('own');
    const throwing = (): Promise<never> => {
      throw new Error('at once');
    };
    await expect(withDeadline(clock, 100, 'work', throwing)).rejects.toThrow('at once');
    expect(clock.pending()).toBe(0);
  });

  it('rejects at the deadline with its own error and aborts the work', async () => {
    const clock = manualClock();
    let reason: unknown;
    const outcome = withDeadline(clock, 100, 'the probe', (signal) => {
      return new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          reject(new Error('aborted by signal'));
        });
      });
    });
    const seen = outcome.catch((error: unknown) => error);
    await clock.advance(100);
    expect(await seen).toEqual(new DeadlineExceededError('the probe', 100));
    expect(reason).toBeInstanceOf(DeadlineExceededError);
  });

  it('ends with AbortedError when the outer signal fires, before or during the work', async () => {
    const clock = manualClock();
    const controller = new AbortController();
    const waiting = withDeadline(clock, 100, 'work', () => new Promise<never>(() => undefined), controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrow(AbortedError);
    let started = false;
    const refused = withDeadline(clock, 100, 'work', async () => void (started = true), controller.signal);
    await expect(refused).rejects.toThrow(AbortedError);
    expect({ started, pending: clock.pending() }).toEqual({ started: false, pending: 0 });
  });
});
