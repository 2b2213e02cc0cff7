/** Lets go of partitions in which nothing is kept any more: dropping one costs nothing, deleting its rows would. */
import type { Database } from '../database/index.ts';
import { asDate } from '../time/index.ts';
import { headOf, LOCK_PATIENCE_MS } from './add-partitions.ts';
import { type Partition, partitionsOf } from './catalogue.ts';
import type { GrowingTable } from './growing-table.ts';

/**
 * Drops the oldest partitions whose rows are all older than an instant (epoch milliseconds); never one that still fills, and none behind one
 * that is kept.
 * @returns how many
 */
export async function dropPartitions(database: Database, table: GrowingTable, keptSince: number): Promise<number> {
  const head = await headOf(database, table);
  let dropped = 0;
  for (const partition of await partitionsOf(database, table.table)) {
    if (partition.before > head || (await isYoung(database, table, partition, keptSince))) break;
    await dropOne(database, partition.name);
    dropped += 1;
  }
  return dropped;
}

async function isYoung(database: Database, { young }: GrowingTable, { from, before }: Partition, keptSince: number): Promise<boolean> {
  const rows = await database.query(young, [from === -Infinity ? 0 : from, before, asDate(keptSince)]);
  return rows.length > 0;
}

/** Dropping locks the whole table for a moment: after two seconds of waiting the next run tries again. */
function dropOne(database: Database, name: string): Promise<void> {
  return database.transaction(async (transaction) => {
    await transaction.query(`set local lock_timeout = ${LOCK_PATIENCE_MS}`);
    await transaction.query(`drop table ${name}`);
  });
}
