/** The migrations that turn a table into one with partitions, of which the table as it was becomes the first. Nothing is copied. */
import type { Migration } from '../database/index.ts';

export interface SplitTable {
  readonly table: string;
  /** The number that only grows. */
  readonly column: string;
  /** Columns of the primary key, the column among them. */
  readonly key: string;
  /** Definitions of the other indexes, by name, as in the table: `name` → `(column, …)`. Their names go to the whole table. */
  readonly indexes: Readonly<Record<string, string>>;
  /** The first partition has at least so much room beyond the numbers that are there. */
  readonly room: number;
  /** Whether the column is an identity, whose sequence goes on for the whole table. */
  readonly identity: boolean;
}

/**
 * Three migrations, each its own transaction. The first locks the table for a moment (a constraint that is not checked yet), the second
 * checks it beside readers and writers, the third locks the table for a moment again: names change, nothing is read. Indexes and
 * checks of the old table are taken over, references of its rows are not. What the release before states and asks of the table goes on to work.
 */
export function splitTable(name: string, split: SplitTable): readonly Migration[] {
  const { table, column, room } = split;
  const border = `do $split$ declare border bigint; begin
    select (coalesce(max(${column}), 0) / ${room} + 2) * ${room} into border from ${table};
    execute format('alter table ${table} add constraint ${table}_border check (${column} < %s) not valid', border);
  end $split$`;
  return [
    { name: `${name}-1-border`, up: [`set local lock_timeout = '10s'`, border] },
    { name: `${name}-2-check`, up: [`alter table ${table} validate constraint ${table}_border`] },
    { name: `${name}-3-attach`, up: [`set local lock_timeout = '10s'`, ...attach(split)] },
  ];
}

function attach({ table, column, key, indexes, identity }: SplitTable): string[] {
  const old = `${table}_p0`;
  return [
    `lock table ${table} in access exclusive mode`,
    // References are written in one statement with what they refer to; kept, each new partition would lock that table too.
    `do $split$ declare given record; begin
      for given in select conname from pg_constraint where conrelid = '${table}'::regclass and contype = 'f' loop
        execute format('alter table ${table} drop constraint %I', given.conname);
      end loop;
    end $split$`,
    `alter table ${table} rename to ${old}`,
    `alter table ${old} rename constraint ${table}_pkey to ${old}_pkey`,
    ...Object.keys(indexes).map((index) => `alter index ${index} rename to ${index}_p0`),
    `create table ${table} (like ${old} including defaults${identity ? ' including identity' : ''}) partition by range (${column})`,
    // Checks of the old table are those of all partitions, its border is not.
    `do $split$ declare given record; begin
      for given in select conname, pg_get_constraintdef(oid) as definition from pg_constraint
          where conrelid = '${old}'::regclass and contype = 'c' and conname <> '${table}_border' loop
        execute format('alter table ${table} add constraint %I %s', given.conname, given.definition);
      end loop;
    end $split$`,
    `alter table ${table} add constraint ${table}_pkey primary key (${key})`,
    ...Object.entries(indexes).map(([index, definition]) => `create index ${index} on ${table} ${definition}`),
    ...(identity
      ? [
          `select setval(pg_get_serial_sequence('${table}', '${column}'), coalesce((select max(${column}) from ${old}), 0) + 1, false)`,
          `alter table ${old} alter column ${column} drop identity`,
        ]
      : []),
    `do $split$ declare border text; begin
      select substring(pg_get_constraintdef(oid) from '< (?:''?)([0-9]+)') into strict border from pg_constraint
        where conrelid = '${old}'::regclass and conname = '${table}_border';
      execute format('alter table ${table} attach partition ${old} for values from (minvalue) to (%s)', border);
      execute format('create table ${table}_rest partition of ${table} for values from (%s) to (maxvalue)', border);
    end $split$`,
  ];
}
