import type { Database } from '@nodo-aperto/kernel/database';
import type { Metrics } from '@nodo-aperto/kernel/metrics';
import { countUndelivered } from '../persistence/queue.ts';
import type { SendingResult } from './delivery-attempt.ts';

export interface DeliveryMetrics {
  /** Counts an attempt. */
  ended(result: SendingResult): void;
}

export function deliveryMetrics(metrics: Metrics, database: Database): DeliveryMetrics {
  const attempts = metrics.counter('nodo_receipt_attempts_total', 'Attempts to deliver a receipt, by result', ['result']);
  const seconds = metrics.histogram('nodo_receipt_call_seconds', 'Length of the calls that deliver receipts');
  metrics.gauge('nodo_receipts_undelivered', 'Receipts that a recipient does not have yet', ['state'], async (gauge) => {
    const { waiting, exhausted } = await countUndelivered(database);
    gauge.set({ state: 'waiting' }, waiting);
    gauge.set({ state: 'exhausted' }, exhausted);
  });
  return {
    ended(result) {
      attempts.inc({ result: resultOf(result) });
      if (result.call) seconds.observe(result.call.elapsedMs / 1_000);
    },
  };
}

function resultOf(result: SendingResult): string {
  if (result.delivered) return result.kept ? 'kept' : result.duplicate ? 'duplicate' : 'delivered';
  if (result.skipped) return 'skipped';
  return result.failure.stationDown ? 'station_down' : 'refused';
}
