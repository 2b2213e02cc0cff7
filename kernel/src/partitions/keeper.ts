/** Keeps the partitions of a subgraph's tables, for its retention job, and shows how they are. */
import type { Database } from '../database/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Clock } from '../time/index.ts';
import { addPartitions, headOf, lastReady } from './add-partitions.ts';
import { partitionsOf } from './catalogue.ts';
import { dropPartitions } from './drop-partitions.ts';
import type { GrowingTable } from './growing-table.ts';

export interface PartitionKeeper {
  /** Makes what will be needed and drops what is older than the instant (epoch milliseconds); @returns what was done, for people */
  keep(keptSince: number): Promise<{ dropped: number; detail: string }>;
}

export interface KeeperParts {
  database: Database;
  clock: Clock;
  metrics: Metrics;
  tables: readonly GrowingTable[];
}

export function partitionKeeper({ database, clock, metrics, tables }: KeeperParts): PartitionKeeper {
  metrics.gauge('nodo_partitions', 'Partitions of a table.', ['table'], async (gauge) => {
    for (const { table } of tables) gauge.set({ table }, (await partitionsOf(database, table)).length);
  });
  metrics.gauge('nodo_partition_room', 'Numbers that partitions are ready for beyond the highest one given.', ['table'], async (gauge) => {
    for (const each of tables) {
      const last = lastReady(await partitionsOf(database, each.table));
      gauge.set({ table: each.table }, (last?.before ?? 0) - (await headOf(database, each)));
    }
  });
  metrics.gauge('nodo_partition_rest_rows', 'Rows for which no partition was ready, as far as a thousand.', ['table'], async (gauge) => {
    for (const { table } of tables) {
      const [row] = await database.query<{ rows: number }>(`select count(*) as rows from (select from ${table}_rest limit 1000) as strays`);
      gauge.set({ table }, row?.rows ?? 0);
    }
  });
  return {
    async keep(keptSince) {
      let [dropped, made, moved] = [0, 0, 0];
      for (const table of tables) {
        const added = await addPartitions(database, table, clock);
        made += added.made;
        moved += added.moved;
        dropped += await dropPartitions(database, table, keptSince);
      }
      return { dropped, detail: `${made} partitions made, ${dropped} dropped, ${moved} rows moved out of the rest` };
    },
  };
}
