/** The deliveries of this process: one lane for each station, and a limit for all of them together. */
import type { Directory } from '@nodo-aperto/kernel/directory';
import { runWithTrace } from '@nodo-aperto/kernel/events';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { realClock, SECOND, withDeadline } from '@nodo-aperto/kernel/time';
import { nextAttempt } from '../domain/attempts.ts';
import { postponeStation } from '../persistence/queue.ts';
import type { CallEvidence } from './call-evidence.ts';
import { type Claim, claimDue, type DeliveryRecords, type Ended, recordAttempts, type SendingResult } from './delivery-attempt.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import { type ReceiptSending, sendReceipt } from './send-receipt.ts';
import { Slots } from './slots.ts';
import { type DrainOptions, type DrainTally, StationLane } from './station-lane.ts';

/** Calls to all stations at a time. */
const CALLS_AT_ONCE = 64;
const STOP_GRACE_MS = 5 * SECOND;

export interface DeliveryLanes {
  /** Begins to deliver what is due at the station, if anything is. */
  wake(stationCode: string): void;
  /** Delivers what is due at the station; resolves when everything up to a place in the queue was tried or left for later. */
  drain(stationCode: string, options: DrainOptions): Promise<DrainTally>;
  /** Takes nothing new and waits some seconds for the calls under way; those that take longer are sent again later. */
  stop(): Promise<void>;
}

export function deliveryLanes(
  options: DeliveryRecords & ReceiptSending & { log: Logger; metrics: DeliveryMetrics; evidence: CallEvidence },
): DeliveryLanes {
  const lanes = new Map<string, StationLane>();
  const slots = new Slots(CALLS_AT_ONCE);
  const { log } = options;
  let abandoned = false;

  async function record(stationCode: string, ended: readonly Ended[]): Promise<void> {
    // The connections were closed under a call: nobody knows how it ended, and its claim runs out by itself.
    const known = ended.filter(({ result }) => result.delivered || !abandoned);
    if (known.length === 0) return;
    await recordAttempts(options, stationCode, known);
    for (const each of known) {
      options.metrics.ended(each.result);
      options.evidence.observe(each);
      tell(stationCode, each);
    }
  }

  function tell(stationCode: string, { claim, result }: Ended): void {
    if (result.skipped) return;
    const fault = result.delivered ? undefined : result.failure.code;
    runWithTrace(claim.receipt.traceparent, () =>
      log.info({ stationCode, delivered: result.delivered, ...(fault !== undefined && { fault }) }, 'a receipt was sent'),
    );
  }

  async function send(claim: Claim): Promise<SendingResult> {
    return sendReceipt(options, claim);
  }

  function laneOf(stationCode: string): StationLane {
    const known = lanes.get(stationCode);
    if (known) return known;
    const lane: StationLane = new StationLane(
      {
        claim: (claimOptions) => claimDue(options, stationCode, claimOptions),
        send,
        record: (ended) => record(stationCode, ended),
        postpone: () => postpone(options, stationCode, log),
        onError: (error) => log.warn({ err: error, stationCode }, 'deliveries to a station cannot go on; they are taken up again'),
        onIdle: () => {
          if (!lane.busy && lanes.get(stationCode) === lane) lanes.delete(stationCode);
        },
      },
      slots,
    );
    lanes.set(stationCode, lane);
    return lane;
  }

  return {
    wake: (stationCode) => laneOf(stationCode).wake(),
    drain: (stationCode, drainOptions) => laneOf(stationCode).drain(drainOptions),
    async stop() {
      const stopped = Promise.all([...lanes.values()].map((lane) => lane.stop()));
      await withDeadline(realClock(), STOP_GRACE_MS, 'the deliveries under way', () => stopped).catch(() => {
        log.warn('some receipts are still being delivered; they will be sent again');
      });
      abandoned = true;
    },
  };
}

async function postpone(options: DeliveryRecords & { directory: Directory }, stationCode: string, log: Logger): Promise<void> {
  const now = options.clock.now();
  const left = await postponeStation(options.database, stationCode, now, nextAttempt(await options.directory.settings(), now));
  if (left > 0) log.info({ stationCode, left }, 'a station does not answer: its other receipts wait for their next attempt');
}
