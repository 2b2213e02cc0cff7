/** A loop that works when woken. Relays, tails and consumers are each one of these. */
import { AbortedError } from '../time/index.ts';
import type { Clock } from '../time/index.ts';

export interface PumpOptions {
  /** One piece of work. True: there is more, go on at once. */
  step(signal: AbortSignal): Promise<boolean>;
  /** Real time between wake-ups that nobody asked for: the safety net for a wake-up that was lost. */
  pollMs: number;
  /** Real time; a jump of platform time must not hurry retries. */
  waits: Clock;
  /** Told of every failed step; the pump itself goes on after a pause that grows to `longestPauseMs`. */
  onError(error: unknown, failuresInARow: number): void;
  longestPauseMs?: number;
  /**
   * Least real time from one step to the next that a wake-up asks for, so that work gathers and is done at once. The first wake-up after a
   * rest is served without delay, and a step that says that there is more is followed at once. None by default.
   */
  gatherMs?: number;
  /**
   * What the time from one step to the next may grow to when steps take long: it is then four times that of the last step, so that a busy
   * machine does more at once instead of the same more often. The same as `gatherMs` by default.
   */
  longestGatherMs?: number;
}

export interface Pump {
  /** Asks for a step. While one runs, another follows it; wake-ups in between fall together. */
  wake(): void;
  /** Ends the loop once the step in progress is through. Waits are cut short. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const GATHER_SHARE = 4;
const LONGEST_PAUSE_MS = 5_000;

/** Starts a pump. Its first step is taken when it is first woken or polled. */
export function startPump(options: PumpOptions): Pump {
  const { waits, longestPauseMs = LONGEST_PAUSE_MS, gatherMs = 0, longestGatherMs = gatherMs } = options;
  const stopping = new AbortController();
  let asked = false;
  let running: Promise<void> | undefined;
  let failures = 0;
  let began = Number.NEGATIVE_INFINITY;
  let took = 0;

  /** Waits until the last step is long enough ago. */
  const gather = async (): Promise<void> => {
    const rest = began + Math.max(gatherMs, Math.min(longestGatherMs, took * GATHER_SHARE)) - waits.monotonic();
    if (rest > 0) await pause(waits, rest, stopping.signal);
  };
  /** @returns whether there is more to do at once */
  const attempt = async (): Promise<boolean> => {
    began = waits.monotonic();
    try {
      const more = await options.step(stopping.signal);
      failures = 0;
      took = waits.monotonic() - began;
      return more;
    } catch (error) {
      if (stopping.signal.aborted && error instanceof AbortedError) return false;
      failures += 1;
      options.onError(error, failures);
      await pause(waits, Math.min(longestPauseMs, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20)), stopping.signal);
      return true;
    }
  };
  const run = async (): Promise<void> => {
    let more = false;
    while ((more || asked) && !stopping.signal.aborted) {
      if (!more) await gather();
      if (stopping.signal.aborted) break;
      asked = false;
      more = await attempt();
    }
    running = undefined;
  };
  const wake = (): void => {
    asked = true;
    if (running === undefined && !stopping.signal.aborted) running = run();
  };
  const poll = waits.every(options.pollMs, wake, (error) => options.onError(error, failures));
  return {
    wake,
    async stop() {
      poll[Symbol.dispose]();
      stopping.abort();
      await running;
    },
  };
}

/** Waits; an abort ends the wait without an error. */
export async function pause(waits: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await waits.sleep(milliseconds, signal);
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
  }
}
