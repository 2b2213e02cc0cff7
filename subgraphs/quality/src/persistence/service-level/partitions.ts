/** Partitions by local day or month of the tables whose rows are kept for a while only: dropping one costs nothing, deleting its rows would. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { addDays, asDate, DAY, HOUR, startOfLocalDay, toLocalDate } from '@nodo-aperto/kernel/time';
import { addMonths, monthOfDay } from '../../domain/month.ts';
import type { Queries } from '../queries.ts';

export interface Partitioned {
  table: string;
  by: 'DAY' | 'MONTH';
  /** How long rows are kept, in milliseconds. */
  keepMs: number;
}

/** Raw calls: two weeks. Minutes: three days. Hours: a hundred days. */
export const OBSERVED_CALLS: Partitioned = { table: 'observed_call', by: 'DAY', keepMs: 14 * DAY };
export const MINUTES: Partitioned = { table: 'level_minute', by: 'DAY', keepMs: 3 * DAY };
export const HOURS: Partitioned = { table: 'level_hour', by: 'MONTH', keepMs: 100 * DAY };
export const PARTITIONED: readonly Partitioned[] = [OBSERVED_CALLS, MINUTES, HOURS];

/** Whether rows of an instant are still kept. */
export function isKept({ keepMs }: Partitioned, instant: number, now: number): boolean {
  return instant >= startOfLocalDay(toLocalDate(now - keepMs));
}

interface Partition {
  name: string;
  from: number;
  until: number;
}

function partitionOf({ table, by }: Partitioned, instant: number): Partition {
  const day = toLocalDate(instant);
  const month = monthOfDay(day);
  const [first, next] = by === 'DAY' ? [day, addDays(day, 1)] : [`${month}-01`, `${addMonths(month, 1)}-01`];
  const name = `${table}_${first.slice(0, by === 'DAY' ? 10 : 7).replaceAll('-', '')}`;
  return { name, from: startOfLocalDay(first), until: startOfLocalDay(next) };
}

/** Knows which partitions there are, so that they need not be looked for with every batch. */
export class Partitions {
  readonly #known = new Set<string>();

  /** Makes those that are missing. Call it before anything else of the transaction touches the tables. */
  async ensure(transaction: Transaction, partitioned: Partitioned, instants: Iterable<number>): Promise<void> {
    // Days and months begin with an hour: the instants of an hour share their partition.
    const hours = new Set([...instants].map((instant) => Math.floor(instant / HOUR)));
    const wanted = new Map([...hours].map((hour) => partitionOf(partitioned, hour * HOUR)).map((partition) => [partition.name, partition]));
    for (const { name, from, until } of [...wanted.values()].toSorted((left, right) => left.from - right.from)) {
      if (this.#known.has(name)) continue;
      const [found] = await transaction.query<{ there: boolean }>('select to_regclass($1) is not null as there', [name]);
      if (!found?.there) {
        // Names and instants are made of digits only; a definition takes no parameters.
        await transaction.query(
          `create table if not exists ${name} partition of ${partitioned.table}
            for values from ('${asDate(from).toISOString()}') to ('${asDate(until).toISOString()}') with (fillfactor = 85)`,
        );
      }
      transaction.afterCommit(() => this.#known.add(name));
    }
  }

  /** Drops those whose rows are no longer kept; @returns how many */
  async dropOld(queries: Queries, partitioned: Partitioned, now: number): Promise<number> {
    const limit = partitionOf(partitioned, now - partitioned.keepMs).name;
    const old = await queries.query<{ name: string }>(
      `select child.relname as name from pg_inherits join pg_class child on child.oid = inhrelid
        where inhparent = to_regclass($1) and child.relname < $2 order by 1`,
      [partitioned.table, limit],
    );
    for (const { name } of old) {
      await queries.query(`drop table if exists ${name}`);
      this.#known.delete(name);
    }
    return old.length;
  }
}
