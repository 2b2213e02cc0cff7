/** The job RECEIPT_DELIVERY: delivers what is due and nobody is at; when an operator asks for it, everything that is pending. */
import type { JobDefinition, JobSummary } from '@nodo-aperto/kernel/jobs';
import { SECOND } from '@nodo-aperto/kernel/time';
import { nextAttempt } from '../domain/attempts.ts';
import { lastSequence, makeAllDue, postponeStandIn, stationsDue } from '../persistence/queue.ts';
import type { DeliveryRecords } from './delivery-attempt.ts';
import type { DeliveryLanes } from './delivery-lanes.ts';

const STATIONS_AT_ONCE = 32;

export function deliveryJob(options: DeliveryRecords & { lanes: DeliveryLanes }): JobDefinition {
  return {
    name: 'RECEIPT_DELIVERY',
    everyMs: 10 * SECOND,
    run: async ({ forced, signal }) => {
      const { database, directory, clock } = options;
      const now = clock.now();
      if (forced) await makeAllDue(database, now);
      const waiting = forced ? 0 : await postponeStandIn(database, now, nextAttempt(await directory.settings(), now));
      return { ...(await deliverDue(options, forced, signal, waiting)) };
    },
  };
}

async function deliverDue(
  { database, clock, lanes }: DeliveryRecords & { lanes: DeliveryLanes },
  forced: boolean,
  signal: AbortSignal,
  waiting: number,
): Promise<JobSummary> {
  const through = await lastSequence(database);
  const stations = await stationsDue(database, clock.now(), forced);
  const total = { delivered: 0, failed: 0 };
  const next = async (): Promise<void> => {
    for (let station = stations.shift(); station !== undefined && !signal.aborted; station = stations.shift()) {
      const { delivered, failed } = await lanes.drain(station, { through, evenInStandIn: forced });
      total.delivered += delivered;
      total.failed += failed;
    }
  };
  await Promise.all(Array.from({ length: STATIONS_AT_ONCE }, next));
  const detail = `${total.delivered} delivered, ${total.failed} not${waiting > 0 ? `, ${waiting} wait for the end of Stand-In` : ''}`;
  return { processed: total.delivered + total.failed, detail };
}
