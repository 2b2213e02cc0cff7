/** Payments that come when they come, however slow the platform is; what finds no place is counted and let go. */
import { AbortedError } from '@nodo-aperto/kernel/time';
import type { PlannedArrival } from '../scenario/index.ts';
import type { PlannedPayment } from '../traffic/index.ts';
import type { RunClock } from './run-clock.ts';

export interface ArrivalsOptions {
  readonly arrivals: readonly PlannedArrival[];
  readonly clock: RunClock;
  readonly mostInFlight: number;
  readonly signal: AbortSignal;
  /** Makes the payment; never rejects. */
  readonly pay: (payment: PlannedPayment) => Promise<void>;
  readonly onOverflow: (payment: PlannedPayment) => void;
}

export interface Arrivals {
  /** Resolves when all have arrived. */
  readonly arrived: Promise<void>;
  /** Resolves when all that arrived have ended. */
  readonly ended: Promise<void>;
  inFlight(): number;
}

export function beginArrivals(options: ArrivalsOptions): Arrivals {
  const { clock, signal, mostInFlight } = options;
  const inFlight = new Set<Promise<void>>();
  const began = clock.elapsed();

  async function arrive(): Promise<void> {
    try {
      for (const { atMs, payment } of options.arrivals) {
        const wait = atMs - (clock.elapsed() - began);
        if (wait > 0) await clock.sleep(wait, signal);
        if (signal.aborted) return;
        if (inFlight.size >= mostInFlight) options.onOverflow(payment);
        else launch(payment);
      }
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
    }
  }

  function launch(payment: PlannedPayment): void {
    const done = options.pay(payment).finally(() => inFlight.delete(done));
    inFlight.add(done);
  }

  const arrived = arrive();
  return { arrived, ended: arrived.then(() => Promise.all(inFlight)).then(() => undefined), inFlight: () => inFlight.size };
}
