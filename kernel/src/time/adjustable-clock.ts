import type { AdjustableClock, ClockSetting } from './clock.ts';
import { HOUR } from './durations.ts';
import { assemble, monotonic } from './machine-clocks.ts';
import { machineTimers } from './timers.ts';

/** A clock that was set to run fast and forgotten goes on in real time after so long, in real milliseconds. */
const SPEED_LASTS_MS = HOUR;
const FASTEST = 1_000;

/** How platform time runs since a moment, in milliseconds of `performance.now()`. */
interface Course {
  readonly since: number;
  /** Offset at that moment. */
  readonly carried: number;
  readonly speed: number;
  readonly speedEnds: number;
}

/** See {@link AdjustableClock}: as fast as real time at first, with an offset of 0. */
export function adjustableClock(): AdjustableClock {
  const same = (milliseconds: number): number => milliseconds;
  let course: Course = { since: 0, carried: 0, speed: 1, speedEnds: 0 };

  const ahead = (): number => {
    const fast = Math.max(0, Math.min(monotonic(), course.speedEnds) - course.since);
    return course.carried + fast * (course.speed - 1);
  };
  const speed = (): number => (monotonic() < course.speedEnds ? course.speed : 1);
  const realDelay = (milliseconds: number): number => milliseconds / speed();
  const timers = machineTimers(() => monotonic() + ahead(), realDelay);
  const deadlines = machineTimers(monotonic, same);
  const now = (): number => Math.floor(Date.now() + ahead());

  function take(next: Course): void {
    course = next;
    timers.catchUp();
  }

  return {
    ...assemble({ now, timers, deadlines, realDelay, realDeadline: same }),
    advance(milliseconds) {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0)
        throw new RangeError(`A clock advances by a whole number of milliseconds from 0 up, got ${milliseconds}`);
      take({ ...course, carried: course.carried + milliseconds });
    },
    setSpeed(wanted) {
      if (!(wanted >= 1 && wanted <= FASTEST)) throw new RangeError(`A clock runs at a speed from 1 to ${FASTEST}, got ${wanted}`);
      const since = monotonic();
      take({ since, carried: ahead(), speed: wanted, speedEnds: wanted === 1 ? since : since + SPEED_LASTS_MS });
    },
    offset: () => Math.floor(ahead()),
    speed,
    setting(): ClockSetting {
      const realAt = Date.now();
      const left = Math.max(0, course.speedEnds - monotonic());
      return { realAt, platformAt: realAt + ahead(), speed: speed(), speedEndsAt: Math.round(realAt + left) };
    },
    follow(setting) {
      const real = Date.now();
      const fast = Math.max(0, Math.min(real, setting.speedEndsAt) - setting.realAt);
      const target = setting.platformAt - setting.realAt + fast * (setting.speed - 1);
      const since = monotonic();
      const speedEnds = since + Math.max(0, setting.speedEndsAt - real);
      take({ since, carried: Math.max(ahead(), target), speed: setting.speed, speedEnds });
    },
  };
}
