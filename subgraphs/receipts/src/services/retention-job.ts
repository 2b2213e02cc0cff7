/** The job RECEIPT_RETENTION: removes what is no longer to be kept. The years are in `domain/retention.ts`; shorter lives are here. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { JobDefinition } from '@nodo-aperto/kernel/jobs';
import type { PartitionKeeper } from '@nodo-aperto/kernel/partitions';
import { type Clock, DAY } from '@nodo-aperto/kernel/time';
import { keptSince } from '../domain/retention.ts';
import { removeDocuments, removeReceipts, removeSpentBudgets, removeUnbooked, removeWords } from '../persistence/removals.ts';

/** Printed copies are made anew when they are asked for again. */
const DOCUMENT_LIFE_MS = DAY;
/** Longer than any payment in Stand-In can be booked late. */
const UNBOOKED_LIFE_MS = 30 * DAY;
const BUDGET_LIFE_MS = DAY;

export interface RetentionParts {
  database: Database;
  clock: Clock;
  /** Of the tables that are kept in partitions. */
  partitions: PartitionKeeper;
  /** Years that receipts are kept, at least those of the law. */
  yearsKept?: number | undefined;
}

export function retentionJob({ database, clock, partitions, yearsKept }: RetentionParts): JobDefinition {
  return {
    name: 'RECEIPT_RETENTION',
    everyMs: DAY,
    run: async ({ signal }) => {
      const now = clock.now();
      await removeDocuments(database, now - DOCUMENT_LIFE_MS);
      await removeUnbooked(database, now - UNBOOKED_LIFE_MS);
      await removeWords(database, now - UNBOOKED_LIFE_MS);
      await removeSpentBudgets(database, now - BUDGET_LIFE_MS);
      const paidBefore = keptSince(now, yearsKept);
      const { dropped, detail } = await partitions.keep(paidBefore);
      let processed = dropped;
      for (let removed = 1; removed > 0 && !signal.aborted; processed += removed) removed = await removeReceipts(database, paidBefore);
      return { processed, detail };
    },
  };
}
