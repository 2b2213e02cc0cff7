/** Outages that come by themselves: every so often, one creditor fails for a while. */
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { StationFault } from '../creditors/index.ts';
import type { Outages } from './outages.ts';

export interface OutageRhythm {
  /** Platform milliseconds from one outage to the next. */
  readonly everyMs: number;
  /** Platform milliseconds that each lasts. */
  readonly lastsMs: number;
}

/** How creditors fail, and how often each way; these are the faults that Stand-In is for (Domain facts, Payments §3.1). */
const KINDS: readonly { readonly item: StationFault; readonly weight: number }[] = [
  { item: { kind: 'off' }, weight: 4 },
  { item: { kind: 'timeout' }, weight: 2 },
  { item: { kind: 'httpError', status: 503 }, weight: 1 },
];

/**
 * Starts the rhythm; the first outage comes after a quarter of it, so that whoever looks on does not wait long. A station that fails
 * already is left alone.
 * @param options.stations codes of the stations that may be chosen
 */
export function scheduleOutages(options: {
  readonly outages: Outages;
  readonly stations: readonly string[];
  readonly rhythm: OutageRhythm;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly log: Logger;
}): Disposable {
  const { outages, stations, rhythm, clock, random, log } = options;
  const onError = (error: unknown): void => log.warn({ err: error }, 'an outage could not be started');
  let last: string | undefined;
  let repeats: Disposable | undefined;

  async function next(): Promise<void> {
    const free = stations.filter((code) => code !== last && outages.find(code) === undefined);
    const fault = random.weighted(KINDS);
    const chosen = random.next();
    last = free[Math.floor(chosen * free.length)];
    if (last !== undefined) await outages.start(last, fault, { forMs: rhythm.lastsMs, scheduled: true });
  }

  const first = clock.schedule(rhythm.everyMs / 4, () => {
    next().catch(onError);
    repeats = clock.every(rhythm.everyMs, next, onError);
  });
  return {
    [Symbol.dispose]() {
      first[Symbol.dispose]();
      repeats?.[Symbol.dispose]();
    },
  };
}
