/** Scenarios with an arrival rate, and thresholds that cannot pass without samples. */
import type { Options, Scenario } from 'k6/options';
import { setting } from './fixture.ts';

/** Seconds at a third of the rate before anything counts: code is compiled and connections are opened then. */
const WARM_UP_SECONDS = 10;

/** Requests that arrive whether or not earlier ones were answered. */
export function arrivals(options: { rate: number; seconds: number; exec: string; startSeconds?: number }): Scenario {
  const { rate, seconds, exec, startSeconds = 0 } = options;
  // A payment takes three calls: enough users for each to wait a second.
  const users = Math.min(2_000, Math.max(10, Math.ceil(rate * 1.5)));
  return {
    executor: 'constant-arrival-rate',
    rate,
    timeUnit: '1s',
    duration: `${seconds}s`,
    startTime: `${startSeconds}s`,
    preAllocatedVUs: users,
    maxVUs: users,
    exec,
    gracefulStop: '30s',
  };
}

/** A warm-up and then the measured time; only the latter's samples count towards thresholds. */
export function warmedUp(exec: string): NonNullable<Options['scenarios']> {
  const rate = setting('LOADTEST_RATE');
  return {
    warmUp: arrivals({ rate: Math.max(1, Math.floor(rate / 3)), seconds: WARM_UP_SECONDS, exec: 'warmUp' }),
    measured: arrivals({ rate, seconds: setting('LOADTEST_SECONDS'), exec, startSeconds: WARM_UP_SECONDS }),
  };
}

/** Notices that the warm-up uses; the measured time begins after them. */
export function warmUpNotices(): number {
  return Math.max(1, Math.floor(setting('LOADTEST_RATE') / 3)) * WARM_UP_SECONDS + 10;
}

/** How many payments a run of this rate and length must show at least: nearly all, so that a dead target fails. */
export function floorOfSamples(share = 0.97): number {
  return Math.floor(setting('LOADTEST_RATE') * setting('LOADTEST_SECONDS') * share);
}

/** Shown for each operation, and held to a limit where the run has one. */
export const SUMMARY: Pick<Options, 'summaryTrendStats' | 'discardResponseBodies' | 'noConnectionReuse'> = {
  summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
};
