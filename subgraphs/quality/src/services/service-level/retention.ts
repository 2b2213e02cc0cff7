/** Lets go of what is no longer kept: calls, minutes and hours by their partitions, days, faults and minutes of days row by row. Months stay. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { JobSummary } from '@nodo-aperto/kernel/jobs';
import { asDate, type Clock, DAY, toLocalDate } from '@nodo-aperto/kernel/time';
import { OBSERVED_CALLS, PARTITIONED, type Partitions } from '../../persistence/service-level/partitions.ts';

/** Three years and a margin. */
const DAYS_KEPT_MS = 1_100 * DAY;
const AT_ONCE = 10_000;

export interface RetentionParts {
  database: Database;
  clock: Clock;
  partitions: Partitions;
}

export async function letGo({ database, clock, partitions }: RetentionParts, signal: AbortSignal): Promise<JobSummary> {
  const now = clock.now();
  for (const partitioned of PARTITIONED) {
    // Tomorrow's partition is made today, when nobody waits for it.
    await database.transaction((transaction) => partitions.ensure(transaction, partitioned, [now + DAY]));
  }
  let dropped = 0;
  for (const partitioned of PARTITIONED) dropped += await partitions.dropOld(database, partitioned, now);
  const day = toLocalDate(now - DAYS_KEPT_MS);
  const deleted =
    (await deleteOld(database, 'observed_batch', 'received_at', asDate(now - OBSERVED_CALLS.keepMs - DAY), signal)) +
    (await deleteOld(database, 'level_day', 'start', asDate(now - DAYS_KEPT_MS), signal)) +
    (await deleteOld(database, 'level_fault', 'day', day, signal)) +
    (await deleteOld(database, 'level_minutes', 'day', day, signal));
  return { processed: dropped + deleted, detail: `${dropped} partitions, ${deleted} rows` };
}

async function deleteOld(database: Database, table: string, column: string, limit: unknown, signal: AbortSignal): Promise<number> {
  for (let deleted = 0; ; ) {
    const rows = await database.query(
      `delete from ${table} where ctid = any(array(select ctid from ${table} where ${column} < $1 limit ${AT_ONCE})) returning 1`,
      [limit],
    );
    deleted += rows.length;
    if (rows.length < AT_ONCE || signal.aborted) return deleted;
  }
}
