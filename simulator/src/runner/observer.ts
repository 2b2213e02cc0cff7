/** Looks at the run at regular moments. */
import { AbortedError } from '@nodo-aperto/kernel/time';
import type { Fleet } from '../creditors/index.ts';
import type { RunLedger } from '../ledger/index.ts';
import { PlatformRefusalError, PlatformUnreachableError } from '../platform-client/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';
import type { PlannedPayment } from '../traffic/index.ts';
import { percentile } from './figures.ts';
import { look } from './operations.ts';
import type { Sample } from './report.ts';
import type { RunClock } from './run-clock.ts';

export interface ObserverOptions {
  readonly ledger: RunLedger;
  readonly client: PlatformClient;
  readonly fleet: Fleet;
  readonly clock: RunClock;
  readonly payment: (index: number) => PlannedPayment | undefined;
  /** Real milliseconds between two samples. */
  readonly everyMs: number;
  readonly onSample: (sample: Sample) => void;
}

/** Samples until the signal comes. */
export async function observe(options: ObserverOptions, signal: AbortSignal): Promise<void> {
  const { ledger, clock } = options;
  const began = clock.elapsed();
  let [endings, attempts, drift] = [0, 0, 0];
  let last: Awaited<ReturnType<typeof look>> = { queued: new Map(), standIn: [] };
  while (!signal.aborted) {
    try {
      await clock.real.sleep(options.everyMs, signal);
    } catch (error) {
      if (error instanceof AbortedError) return;
      throw error;
    }
    const looked = await look(options.client, signal).catch(ifAway);
    last = looked ?? last;
    const newEndings = ledger.of('ENDING').slice(endings);
    const latencies = ledger
      .of('ATTEMPT')
      .slice(attempts)
      .filter(({ step }) => step === 'ACTIVATE')
      .map(({ elapsedMs }) => elapsedMs);
    endings += newEndings.length;
    attempts = ledger.of('ATTEMPT').length;
    const paid = newEndings.flatMap(({ ending, payment }) => (ending.kind === 'PAID' ? [{ payment, standIn: ending.standIn }] : []));
    drift += paid.filter(({ payment, standIn }) => standIn && options.payment(payment)?.aca === 'STALE').length;
    const [medianMs, p95Ms] = [percentile(latencies, 0.5), percentile(latencies, 0.95)];
    options.onSample({
      at: Math.round((clock.elapsed() - began) / 100) / 10,
      standard: paid.filter(({ standIn }) => !standIn).length,
      standIn: paid.filter(({ standIn }) => standIn).length,
      failed: newEndings.filter(({ ending }) => ending.kind === 'FAILED').length,
      ...(medianMs !== undefined && { medianMs }),
      ...(p95Ms !== undefined && { p95Ms }),
      queued: [...last.queued.values()].reduce((sum, total) => sum + total, 0),
      drift,
      failing: options.fleet.stations().flatMap(({ code, fault }) => (fault === undefined ? [] : [code])),
      inStandIn: last.standIn,
      seen: looked !== undefined,
    });
  }
}

/** The platform may be down at the moment: that is part of some runs. */
function ifAway(error: unknown): undefined {
  if (error instanceof PlatformUnreachableError || error instanceof PlatformRefusalError || error instanceof AbortedError) return undefined;
  throw error;
}
