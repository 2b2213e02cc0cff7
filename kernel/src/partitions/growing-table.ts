/** What is to be known of a table to keep it in partitions. */
import { InvariantError } from '../faults/index.ts';

export interface GrowingTable {
  readonly table: string;
  /** The number that only grows, a column of type bigint. */
  readonly column: string;
  /** SQL with one row and column: the highest number given so far, null without any. */
  readonly head: string;
  /** SQL that finds a row when something from number $1 and before number $2 is to be kept at an instant $3 (what is older may go). */
  readonly young: string;
  /** The fewest numbers that a partition is made for. */
  readonly smallest: number;
}

const NAME = /^[a-z][a-z0-9_]{0,40}$/;

/** Checks what becomes part of definitions, which take no parameters. @throws InvariantError */
export function growingTable(table: GrowingTable): GrowingTable {
  if (!NAME.test(table.table) || !NAME.test(table.column))
    throw new InvariantError(`${table.table}.${table.column} is no name of a column`);
  if (!Number.isSafeInteger(table.smallest) || table.smallest < 1)
    throw new InvariantError(`partitions of ${table.table} need a size above 0`);
  return table;
}
