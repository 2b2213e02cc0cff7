import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  acceleratedClock,
  adjustableClock,
  DeadlineExceededError,
  deadlineSpan,
  MINUTE,
  realClock,
  withDeadline,
} from './index.ts';
import type { Clock } from './index.ts';

const fired = (clock: Clock, milliseconds: number): Promise<number> =>
  new Promise((resolve) => {
    clock.schedule(milliseconds, () => resolve(clock.now()));
  });

describe.each([
  ['real', () => realClock()],
  ['accelerated', () => acceleratedClock({ start: 1_000_000, factor: 20 })],
  ['adjustable', () => adjustableClock()],
])('the %s clock', (_name, make) => {
  it('gives whole epoch milliseconds, the same as a Date', () => {
    const clock = make();
    const before = clock.now();
    expect(Number.isInteger(before)).toBe(true);
    expect(clock.date().getTime()).toBeGreaterThanOrEqual(before);
  });

  it('never fires a scheduled action early and keeps the order of due times', async () => {
    const clock = make();
    const real = 1 / clock.realDelay(1);
    let order: string[] = [];
    let apart: number;
    // Due times count from the call: where the machine paused between the two for longer than they are apart, their order is another.
    do {
      const own: string[] = (order = []);
      const before = clock.now();
      clock.schedule(30 * real, () => own.push('second'));
      clock.schedule(10 * real, () => own.push('first'));
      apart = clock.now() - before;
    } while (apart >= 19 * real);
    const start = clock.now();
    const at = await fired(clock, 60 * real);
    expect(order).toEqual(['first', 'second']);
    expect(at - start).toBeGreaterThanOrEqual(60 * real);
  });

  it('sleeps, and wakes with AbortedError when aborted before or during the wait', async () => {
    const clock = make();
    await clock.sleep(5);
    await clock.sleep(-5);
    const controller = new AbortController();
    const sleeping = clock.sleep(60 * MINUTE, controller.signal);
    controller.abort('stop');
    await expect(sleeping).rejects.toThrow(AbortedError);
    await expect(clock.sleep(1, controller.signal)).rejects.toMatchObject({ name: 'AbortedError', cause: 'stop' });
  });

  it('does not run what was disposed', async () => {
    const clock = make();
    let ran = false;
    clock.schedule(5, () => (ran = true))[Symbol.dispose]();
    await fired(clock, 20);
    expect(ran).toBe(false);
  });

  it('repeats without overlap, goes on after an error, and stops when disposed', async () => {
    const clock = make();
    const errors: unknown[] = [];
    let running = 0;
    let most = 0;
    let runs = 0;
    let repeat: Disposable | undefined;
    await new Promise<void>((resolve) => {
      repeat = clock.every(
        4,
        async () => {
          running += 1;
          most = Math.max(most, running);
          await clock.sleep(10);
          running -= 1;
          runs += 1;
          if (runs === 3) resolve();
          throw new Error(`run ${runs}`);
        },
        (error) => errors.push(error),
      );
    });
    repeat?.[Symbol.dispose]();
    const seen = runs;
    await fired(clock, 40);
    expect({ most, more: runs - seen }).toEqual({ most: 1, more: 0 });
    expect(errors).toHaveLength(3);
  });

  it('refuses waits that are no finite number', () => {
    const clock = make();
    expect(() => clock.schedule(Number.NaN, () => undefined)).toThrow(RangeError);
    expect(() => clock.schedule(Number.POSITIVE_INFINITY, () => undefined)).toThrow(RangeError);
    expect(() =>
      clock.every(
        0,
        () => undefined,
        () => undefined,
      ),
    ).toThrow('above 0 ms');
  });

  it('waits beyond the 24.8 days of the event loop do not fire at once', async () => {
    const clock = make();
    let ran = false;
    using _timer = clock.schedule(100 * 24 * 60 * MINUTE, () => (ran = true));
    await fired(clock, 20);
    expect(ran).toBe(false);
  });
});

describe('the accelerated clock', () => {
  it('starts where told and scales real time', async () => {
    const clock = acceleratedClock({ start: 5_000, factor: 1_000 });
    expect(clock.now()).toBeGreaterThanOrEqual(5_000);
    expect(clock.realDelay(MINUTE)).toBe(60);
    const real = clock.monotonic();
    await clock.sleep(20_000);
    expect(clock.now()).toBeGreaterThanOrEqual(25_000);
    expect(clock.monotonic() - real).toBeGreaterThanOrEqual(19);
  });

  it('is no faster than told', async () => {
    const before = realClock().monotonic();
    const clock = acceleratedClock({ start: 5_000, factor: 10 });
    await clock.sleep(100);
    const passed = clock.now() - 5_000;
    expect(passed).toBeLessThanOrEqual((realClock().monotonic() - before) * 10);
  });

  it('refuses a start that is no instant', () =>
    expect(() => acceleratedClock({ start: Number.NaN, factor: 1 })).toThrow('a start in epoch milliseconds, got NaN'));

  it.each([0, -1, Number.NaN])('refuses the factor %s', (factor) => {
    expect(() => acceleratedClock({ start: 0, factor })).toThrow(RangeError);
  });
});

describe('the adjustable clock', () => {
  it('fires at once everything an advance makes due, in order of due time, and once', () => {
    const clock = adjustableClock();
    const order: string[] = [];
    clock.schedule(30 * MINUTE, () => order.push('token'));
    clock.schedule(5 * MINUTE, () => order.push('probe'));
    clock.schedule(40 * MINUTE, () => order.push('late'));
    using _every = clock.every(
      MINUTE,
      () => void order.push('beat'),
      () => undefined,
    );
    clock.advance(31 * MINUTE);
    expect(order).toEqual(['beat', 'probe', 'token']);
    expect(clock.offset()).toBe(31 * MINUTE);
    clock.advance(10 * MINUTE);
    expect(order).toContain('late');
  });

  it('lets a repeated action go on with its rhythm after a jump', async () => {
    const clock = adjustableClock();
    let runs = 0;
    using _every = clock.every(
      MINUTE,
      () => void runs++,
      () => undefined,
    );
    clock.advance(10 * MINUTE);
    expect(runs).toBe(1);
    await clock.sleep(0);
    clock.advance(MINUTE);
    expect(runs).toBe(2);
  });

  it('shortens what is left of a wait by the advance', async () => {
    const clock = adjustableClock();
    const wait = fired(clock, MINUTE);
    clock.advance(MINUTE - 10);
    await wait;
    expect(clock.offset()).toBe(MINUTE - 10);
  });

  it('wakes sleepers, and an action may cancel a later one', async () => {
    const clock = adjustableClock();
    const sleeping = clock.sleep(60 * MINUTE);
    let ran = false;
    const later = clock.schedule(2 * MINUTE, () => (ran = true));
    clock.schedule(MINUTE, () => later[Symbol.dispose]());
    clock.advance(60 * MINUTE);
    await sleeping;
    expect(ran).toBe(false);
  });

  it('runs the others when one due action fails, then reports it', () => {
    const clock = adjustableClock();
    let ran = false;
    clock.schedule(1_000, () => {
      throw new Error('first');
    });
    clock.schedule(2_000, () => (ran = true));
    expect(() => clock.advance(3_000)).toThrow(AggregateError);
    expect(ran).toBe(true);
  });

  it('does not let a jump end work in flight', async () => {
    const clock = adjustableClock();
    const result = await withDeadline(clock, 7_000, 'the call', async () => {
      clock.advance(30 * MINUTE);
      await clock.sleep(1);
      return 'answered';
    });
    expect(result).toBe('answered');
  });

  it('runs at a speed, for waits begun before as well, and keeps what it gained', async () => {
    const clock = adjustableClock();
    const [began, real] = [clock.now(), clock.monotonic()];
    const waiting = clock.sleep(10 * MINUTE);
    clock.setSpeed(1_000);
    expect([clock.speed(), clock.realDelay(MINUTE), clock.realDeadline(MINUTE)]).toEqual([1_000, 60, MINUTE]);
    await waiting;
    expect(clock.now() - began).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(clock.monotonic() - real).toBeGreaterThanOrEqual(599);
    clock.setSpeed(1);
    const gained = clock.offset();
    await clock.sleep(5);
    expect([clock.speed(), clock.offset()]).toEqual([1, gained]);
  });

  it('gains no more than its speed gives, and nothing at that of real time', async () => {
    const clock = adjustableClock();
    const before = clock.monotonic();
    clock.setSpeed(2);
    await clock.sleep(40);
    const gained = clock.offset();
    expect(gained).toBeLessThanOrEqual(clock.monotonic() - before);
    clock.setSpeed(1);
    const { realAt, speedEndsAt } = clock.setting();
    expect(speedEndsAt).toBe(realAt);
    const kept = clock.offset();
    clock.advance(0);
    expect(clock.offset()).toBe(kept);
  });

  it('keeps deadlines real at any speed', async () => {
    const clock = adjustableClock();
    clock.setSpeed(1_000);
    const result = await withDeadline(clock, 30_000, 'the call', async () => {
      await clock.sleep(MINUTE);
      return 'answered';
    });
    expect(result).toBe('answered');
  });

  it('knows how far platform time comes while a deadline runs', () => {
    const clock = adjustableClock();
    expect(deadlineSpan(clock, 7_000)).toBe(7_000);
    clock.setSpeed(100);
    expect(deadlineSpan(clock, 7_000)).toBe(700_000);
    expect(deadlineSpan(acceleratedClock({ start: 0, factor: 100 }), 7_000)).toBe(7_000);
  });

  it('follows another one, jumps and speed, and never goes back', async () => {
    const [one, other] = [adjustableClock(), adjustableClock()];
    one.advance(3 * MINUTE);
    one.setSpeed(500);
    other.follow(structuredClone(one.setting()));
    expect(Math.abs(other.now() - one.now())).toBeLessThan(30_000);
    expect(other.speed()).toBe(500);
    other.advance(60 * MINUTE);
    const ahead = other.offset();
    one.setSpeed(1);
    other.follow(one.setting());
    expect(other.offset()).toBeGreaterThanOrEqual(ahead);
    expect(other.speed()).toBe(1);
  });

  it('takes over a setting of long ago whose speed has ended since', () => {
    const clock = adjustableClock();
    const now = clock.now();
    clock.follow({ realAt: now - 100 * MINUTE, platformAt: now - 100 * MINUTE, speed: 11, speedEndsAt: now - 40 * MINUTE });
    expect(clock.speed()).toBe(1);
    expect(Math.abs(clock.offset() - 600 * MINUTE)).toBeLessThan(5_000);
  });

  it.each([0, 0.5, 1_001, Number.NaN])('refuses the speed %s', (speed) => {
    expect(() => adjustableClock().setSpeed(speed)).toThrow(RangeError);
  });

  it.each([-1, 0.5, Number.NaN])('refuses to advance by %s', (milliseconds) => {
    expect(() => adjustableClock().advance(milliseconds)).toThrow(RangeError);
  });
});

describe('withDeadline on real time', () => {
  it('ends work that does not answer and names it', async () => {
    const clock = realClock();
    const hanging = withDeadline(clock, 10, 'the call to the station', () => new Promise<never>(() => undefined));
    await expect(hanging).rejects.toThrow(new DeadlineExceededError('the call to the station', 10));
  });
});
