/** Leaves a subgraph that does not answer alone for a moment, so that callers get the rest of their answer at once. */
import type { Clock } from '@nodo-aperto/kernel/time';

/** The subgraph was not called: it failed too often just now. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
}

export interface CircuitBreaker {
  /**
   * Runs the call, or refuses to. After a pause one call is let through to see whether the subgraph answers again.
   * @throws CircuitOpenError while the subgraph is left alone
   */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
}

/**
 * @param options.failures calls in a row that must fail
 * @param options.pauseMs real milliseconds to wait then
 * @param options.counts whether an error says that the subgraph is out of reach
 */
export function circuitBreaker(options: {
  name: string;
  failures: number;
  pauseMs: number;
  clock: Clock;
  counts: (error: unknown) => boolean;
}): CircuitBreaker {
  const { clock } = options;
  let failed = 0;
  let closedUntil = Number.NEGATIVE_INFINITY;
  return {
    async run(call) {
      const now = clock.monotonic();
      if (failed >= options.failures) {
        if (now < closedUntil)
          throw new CircuitOpenError(
            `The subgraph ${options.name} failed ${failed} times in a row and is not called for ${options.pauseMs} ms.`,
          );
        // This call is the probe: others wait for its outcome until the next pause is over.
        closedUntil = now + options.pauseMs;
      }
      try {
        const result = await call();
        failed = 0;
        return result;
      } catch (error) {
        if (options.counts(error)) {
          failed += 1;
          closedUntil = clock.monotonic() + options.pauseMs;
        } else {
          failed = 0;
        }
        throw error;
      }
    },
  };
}
