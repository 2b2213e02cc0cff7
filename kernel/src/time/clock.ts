/**
 * The only source of time of the platform. Everything that asks what time it is, or waits, takes a clock:
 * in production the machine's, in a simulation an accelerated one, in tests one that moves when told to.
 *
 * "Platform milliseconds" are milliseconds of the clock's own time, "real" ones those of the machine.
 */
export interface Clock {
  /** Epoch milliseconds of platform time, a whole number. */
  now(): number;
  /** The same instant as a Date object, for drivers that persist one. */
  date(): Date;
  /** Real elapsed milliseconds since an arbitrary origin, with fractions; for measuring durations. Never steps back. */
  monotonic(): number;
  /** Waits so many platform milliseconds (negative counts as 0). Keeps the process alive. Rejects with AbortedError on abort. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Runs the action once, after so many platform milliseconds. Does not keep the process alive. Dispose to cancel. */
  schedule(milliseconds: number, action: () => void): Disposable;
  /**
   * Runs the action at every multiple of the interval (platform milliseconds), first after one interval. Runs never overlap:
   * beats that fall into a run, or into a jump of an adjustable clock, are skipped and the next one keeps the rhythm.
   * What the action throws or rejects with goes to onError. Does not keep the process alive.
   */
  every(milliseconds: number, action: () => void | Promise<void>, onError: (error: unknown) => void): Disposable;
  /**
   * Like schedule, for limits on work in progress: measured in elapsed time, so that `advance()` of an adjustable clock does not
   * make calls in flight (the one that advances it among them) time out. Keeps the process alive.
   */
  deadline(milliseconds: number, action: () => void): Disposable;
  /** How many real milliseconds so many platform milliseconds take. */
  realDelay(milliseconds: number): number;
  /**
   * How many real milliseconds a deadline of so many milliseconds lasts: the same as `realDelay`, but on an adjustable clock, whose
   * deadlines stay real at any speed.
   */
  realDeadline(milliseconds: number): number;
}

/** What may be done to platform time where it can be moved. */
export interface TestClock {
  /** Moves platform time ahead. @param milliseconds a whole number from 0 */
  advance(milliseconds: number): void | Promise<void>;
  /** Lets platform time run so many times as fast as real time, for an hour at most. @param speed from 1 to 1,000 */
  setSpeed(speed: number): void | Promise<void>;
  /** How many milliseconds platform time is ahead of real time, a whole number. */
  offset(): number;
  /** How many times as fast as real time platform time runs now. */
  speed(): number;
}

/** How platform time runs, in terms that hold in every process of a machine. */
export interface ClockSetting {
  /** Real epoch milliseconds of the moment that is spoken of. */
  readonly realAt: number;
  /** Platform time at that moment, epoch milliseconds. */
  readonly platformAt: number;
  /** How many times as fast as real time platform time runs from then on. */
  readonly speed: number;
  /** Real epoch milliseconds at which it runs as fast as real time again. */
  readonly speedEndsAt: number;
}

/**
 * Real time plus an offset that can only grow: the clock of `--test-clock`. Waits follow its jumps and its speed; deadlines, which limit
 * work on sockets, stay real.
 */
export interface AdjustableClock extends Clock, TestClock {
  /** Fires at once everything now due, in order of due time; a repeated action runs once. */
  advance(milliseconds: number): void;
  setSpeed(speed: number): void;
  setting(): ClockSetting;
  /** Runs as another process's clock does. Never goes back: what is ahead of the other stays ahead by that much. */
  follow(setting: ClockSetting): void;
}

/** A clock for tests: time stands still until told to move, and everything fires in one reproducible order. */
export interface ManualClock extends Clock {
  /** Corrects the time of day without letting time pass: waits keep what they had left. */
  set(epochMilliseconds: number): void;
  /**
   * Lets time pass. Stops at each due time in between, fires what is due there, and lets promises settle before it goes on;
   * rejects with what a scheduled action throws. Work on sockets or files is not waited for.
   */
  advance(milliseconds: number): Promise<void>;
  /** How many waits (sleep, schedule, every, deadline) are under way. */
  pending(): number;
}
