/** Waiting in tests: for a condition, never for a time. */
import { realClock } from '../time/index.ts';

export interface UntilOptions {
  /** What is waited for, as the error says it: "the receipt is delivered". */
  what: string;
  /** Real milliseconds, 10,000 by default. */
  timeoutMs?: number;
}

const POLL_MS = 10;

/**
 * Waits until the condition gives something truthy, and returns it. A condition that throws counts as not yet fulfilled.
 * @throws Error naming what was waited for, caused by the last error of the condition
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: UntilOptions,
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  const clock = realClock();
  const { what, timeoutMs = 10_000 } = options;
  const began = clock.monotonic();
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, undefined | null | false | 0 | ''>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (clock.monotonic() - began > timeoutMs) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`, { cause });
    await clock.sleep(POLL_MS);
  }
}
