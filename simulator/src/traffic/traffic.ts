/** PSPs that pay at a rate. Arrivals are open-loop: they come when they come, however slow the platform is. */
import { InputError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { AbortedError } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Fleet } from '../creditors/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';
import type { Population } from '../population/index.ts';
import type { RandomStreams } from '../random-streams.ts';
import { countPayments } from './counts.ts';
import type { Ending, TrafficCounts } from './counts.ts';
import { makePayment } from './journey.ts';
import { planPayments } from './plan.ts';
import type { PlannedPayment } from './plan.ts';

export interface Traffic {
  /** Begins; the second time does nothing. */
  begin(): void;
  paymentsPerSecond(): number;
  /** 0 pauses. @throws InputError */
  setPaymentsPerSecond(rate: number): void;
  counts(): TrafficCounts;
  /** Ends arrivals and breaks off what is in flight. */
  stop(): Promise<void>;
}

export interface TrafficOptions {
  readonly fleet: Fleet;
  readonly client: PlatformClient;
  readonly population: Population;
  readonly clock: Clock;
  readonly log: Logger;
  /** Decides arrivals and choices. */
  readonly streams: RandomStreams;
  /** Idempotency keys: not from a seed. */
  readonly keys: RandomStream;
  /** Per second of platform time. */
  readonly paymentsPerSecond: number;
  /** Payments under way at once; arrivals beyond are counted and let go. Default 500. */
  readonly mostInFlight?: number;
  /** Told of every payment that ended. */
  readonly onEnding?: (ending: Ending, planned: PlannedPayment) => void;
}

const FASTEST = 1_000;
/** A process that slept, or a clock that jumped, does not catch up: everything more than this behind is forgotten. */
const FURTHEST_BEHIND_MS = 2_000;

export function createTraffic(options: TrafficOptions): Traffic {
  const { clock, log, mostInFlight = 500 } = options;
  const plan = planPayments(options.population, options.streams);
  const counter = countPayments();
  const stopping = new AbortController();
  const context = { fleet: options.fleet, client: options.client, clock, keys: options.keys, signal: stopping.signal };
  const inFlight = new Set<Promise<void>>();
  let rate = checkedRate(options.paymentsPerSecond);
  // Ends the present wait: the rate changed, or the traffic stops.
  let interrupt = new AbortController();
  let arrivals: Promise<void> | undefined;

  async function arrive(): Promise<void> {
    let due = clock.now();
    while (!stopping.signal.aborted) {
      const planned = plan.next();
      due = await waitFor(planned.gap, due);
      if (stopping.signal.aborted) return;
      counter.arrived();
      if (inFlight.size >= mostInFlight) counter.notStarted();
      else launch(planned);
    }
  }

  /** Waits so many mean times between arrivals. A change of the rate begins the wait anew. @returns when it was due */
  async function waitFor(gap: number, from: number): Promise<number> {
    let begin = from;
    for (;;) {
      const due = Math.max(begin + (gap / rate) * 1_000, clock.now() - FURTHEST_BEHIND_MS);
      try {
        await (rate === 0 ? forever(interrupt.signal) : clock.sleep(due - clock.now(), interrupt.signal));
        return due;
      } catch (error) {
        if (!(error instanceof AbortedError)) throw error;
        if (stopping.signal.aborted) return due;
        begin = clock.now();
      }
    }
  }

  function launch(planned: PlannedPayment): void {
    counter.started();
    const done = pay(planned).finally(() => inFlight.delete(done));
    inFlight.add(done);
  }

  async function pay(planned: PlannedPayment): Promise<void> {
    const ending = await makePayment(context, planned).catch((error: unknown): Ending => {
      if (!stopping.signal.aborted)
        log.error({ err: error, payment: planned.index }, 'a simulated payment failed by a fault of the simulator');
      return { kind: 'FAILED', at: 'LOAD', code: stopping.signal.aborted ? 'STOPPED' : 'SIMULATOR' };
    });
    counter.ended(ending);
    if (ending.kind === 'FAILED')
      log.debug({ at: ending.at, code: ending.code, station: planned.creditor.stationCode }, 'a simulated payment failed');
    options.onEnding?.(ending, planned);
  }

  return {
    begin() {
      arrivals ??= arrive().catch((error: unknown) => log.error({ err: error }, 'the traffic stopped by a fault of the simulator'));
    },
    paymentsPerSecond: () => rate,
    setPaymentsPerSecond(next) {
      rate = checkedRate(next);
      interrupt.abort();
      interrupt = new AbortController();
    },
    counts: counter.counts,
    async stop() {
      stopping.abort();
      interrupt.abort();
      await arrivals;
      await Promise.all(inFlight);
    },
  };
}

function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(new AbortedError(signal.reason));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function checkedRate(rate: number): number {
  if (Number.isFinite(rate) && rate >= 0 && rate <= FASTEST) return rate;
  throw InputError.at('paymentsPerSecond', `is ${rate}`, `a number from 0 to ${FASTEST}`);
}
