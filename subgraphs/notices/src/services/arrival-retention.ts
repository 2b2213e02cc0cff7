/** The job ARRIVAL_RETENTION: payments and reported transfers that have waited for their notices too long (`domain/early-arrivals.ts`). */
import type { Database } from '@nodo-aperto/kernel/database';
import type { JobDefinition } from '@nodo-aperto/kernel/jobs';
import { type Clock, DAY } from '@nodo-aperto/kernel/time';
import { awaitedSince } from '../domain/early-arrivals.ts';
import { removeEarlyPayments } from '../persistence/early-payments.ts';
import { removeEarlyReports } from '../persistence/early-reports.ts';

const BATCH = 5_000;

export function arrivalRetentionJob({ database, clock }: { database: Database; clock: Clock }): JobDefinition {
  return {
    name: 'ARRIVAL_RETENTION',
    everyMs: DAY,
    async run({ signal }) {
      const before = awaitedSince(clock.now());
      let processed = 0;
      for (const remove of [removeEarlyPayments, removeEarlyReports])
        for (let removed = BATCH; removed === BATCH && !signal.aborted; processed += removed)
          removed = await remove(database, before, BATCH);
      return { processed };
    },
  };
}
