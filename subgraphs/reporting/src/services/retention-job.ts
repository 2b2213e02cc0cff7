/** Keeps the partitions of the lines, and removes what is no longer to be kept (`domain/retention.ts`). */
import type { Database } from '@nodo-aperto/kernel/database';
import type { JobDefinition } from '@nodo-aperto/kernel/jobs';
import type { PartitionKeeper } from '@nodo-aperto/kernel/partitions';
import { type Clock, DAY } from '@nodo-aperto/kernel/time';
import { keptSince } from '../domain/retention.ts';
import { removeFlows, removeTransfers } from '../persistence/removals.ts';

/** Name of the job, as operators know it. */
const REPORTING_RETENTION = 'REPORTING_RETENTION';

export interface RetentionParts {
  database: Database;
  clock: Clock;
  partitions: PartitionKeeper;
  /** Years that flows are kept, at least those of the law. */
  yearsKept?: number | undefined;
}

export function retentionJob({ database, clock, partitions, yearsKept }: RetentionParts): JobDefinition {
  return {
    name: REPORTING_RETENTION,
    everyMs: DAY,
    async run({ signal }) {
      const since = keptSince(clock.now(), yearsKept);
      const { dropped, detail } = await partitions.keep(since);
      const flows = await untilNone(signal, () => removeFlows(database, since));
      const transfers = await untilNone(signal, () => removeTransfers(database, since));
      return { processed: dropped + flows + transfers, detail: `${detail}; ${flows} flows and ${transfers} booked transfers removed` };
    },
  };
}

async function untilNone(signal: AbortSignal, remove: () => Promise<number>): Promise<number> {
  for (let removed = 0; ; ) {
    const batch = signal.aborted ? 0 : await remove();
    if (batch === 0) return removed;
    removed += batch;
  }
}
