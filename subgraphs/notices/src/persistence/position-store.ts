/** Positions in the database: looked up by their keys, locked, and written in bulk. Hand-written SQL: every load and payment passes here. */
import { type Database, isUniqueViolation, type Transaction } from '@nodo-aperto/kernel/database';
import { ConflictError } from '@nodo-aperto/kernel/faults';
import { toIso } from '@nodo-aperto/kernel/time';
import type { NoticeSnapshot } from '@nodo-aperto/schema/events';
import type { DebtPosition } from '../domain/position.ts';
import type { Settled } from '../domain/settle.ts';
import { arrayText } from './array-text.ts';
import { changesOf, COLUMN_TYPES, type Table, TABLES, type TableChanges, type TableName } from './changes.ts';
import { fromRows, type JsonRow, type PositionRows } from './rows.ts';

export interface PositionKey {
  creditorFiscalCode: string;
  iupd: string;
}

/** What a position may be found by: any part that is given. */
export interface LookupKey {
  creditorFiscalCode: string;
  noticeNumber?: string;
  iuv?: string;
  iupd?: string;
}

interface Queries {
  query<Row>(sql: string, parameters?: readonly unknown[], options?: { name?: string }): Promise<Row[]>;
}

// Looked up key by key, each by an index that allows no more than one row (`offset 0` keeps it so): any other plan depends on statistics,
// and while a first load has outrun them the planner reads all notices of the creditor instead, again for every batch.
const by = (column: string): string => `cross join lateral (select notice.iupd from notice
    where notice.creditor_fiscal_code = wanted.creditor_fiscal_code and notice.${column} = wanted.${column} offset 0) as known`;
const FOUND = `wanted as (select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
    as wanted(creditor_fiscal_code, notice_number, iuv, iupd)),
  found as (
    select wanted.creditor_fiscal_code, known.iupd from wanted ${by('notice_number')}
    union select wanted.creditor_fiscal_code, known.iupd from wanted ${by('iuv')}
    union select wanted.creditor_fiscal_code, wanted.iupd from wanted where wanted.iupd is not null)`;
const FIND = `with ${FOUND} select creditor_fiscal_code as "creditorFiscalCode", iupd from found`;
// Locked in the order of their keys, so that two bulk loads of the same positions wait for one another instead of deadlocking.
const LOCK = `with ${FOUND}, ordered as (select creditor_fiscal_code, iupd from found order by 1, 2)
  select position.* from ordered cross join lateral (
    select position.creditor_fiscal_code as "creditorFiscalCode", position.iupd from debt_position as position
      where position.creditor_fiscal_code = ordered.creditor_fiscal_code and position.iupd = ordered.iupd for update) as position`;
const LOAD = `select to_json(position) as position,
    (select coalesce(json_agg(option order by option.option_number), '[]') from payment_option as option
      where option.creditor_fiscal_code = position.creditor_fiscal_code and option.iupd = position.iupd) as options,
    (select coalesce(json_agg(notice order by notice.option_number, notice.instalment_number), '[]') from notice
      where notice.creditor_fiscal_code = position.creditor_fiscal_code and notice.iupd = position.iupd) as notices,
    (select coalesce(json_agg(transfer order by transfer.notice_number, transfer.id_transfer), '[]')
      from notice join transfer using (creditor_fiscal_code, notice_number)
      where notice.creditor_fiscal_code = position.creditor_fiscal_code and notice.iupd = position.iupd) as transfers
  from unnest($1::text[], $2::text[]) as wanted(creditor_fiscal_code, iupd)
  join debt_position as position using (creditor_fiscal_code, iupd)`;

function keyArrays(keys: readonly LookupKey[]): string[] {
  const column = (name: keyof LookupKey): string => arrayText(keys.map((key) => key[name] ?? null));
  return [column('creditorFiscalCode'), column('noticeNumber'), column('iuv'), column('iupd')];
}

const MOST_PREPARED = 20;

/**
 * A few keys are looked up by a prepared statement. For many it is planned anew: a plan kept from when the tables were small reads them
 * whole, again for every batch, until their statistics are renewed; and planning is nothing beside hundreds of keys.
 */
export function preparedFor(keys: readonly unknown[], name: string): { name?: string } {
  return keys.length > MOST_PREPARED ? {} : { name };
}

/** The positions that have any of the keys, as they are kept. */
export async function findPositions(database: Queries, keys: readonly LookupKey[]): Promise<DebtPosition[]> {
  if (keys.length === 0) return [];
  return loadPositions(database, await database.query<PositionKey>(FIND, keyArrays(keys), preparedFor(keys, 'notices_find')));
}

/** The positions that have any of the keys, locked until the transaction ends: what is read of them cannot change meanwhile. */
export async function lockPositions(transaction: Transaction, keys: readonly LookupKey[]): Promise<DebtPosition[]> {
  if (keys.length === 0) return [];
  const locked = await transaction.query<PositionKey>(LOCK, keyArrays(keys), preparedFor(keys, 'notices_lock'));
  // Read by a second statement: the first one's snapshot is older than the locks it waited for.
  return loadPositions(transaction, locked);
}

/** The positions with the keys; those that do not exist are left out. */
export async function loadPositions(database: Queries, keys: readonly PositionKey[]): Promise<DebtPosition[]> {
  if (keys.length === 0) return [];
  const parameters = [arrayText(keys.map((key) => key.creditorFiscalCode)), arrayText(keys.map((key) => key.iupd))];
  const rows = await database.query<PositionRows>(LOAD, parameters, preparedFor(keys, 'notices_load'));
  return rows.map(fromRows);
}

const columnsOf = ({ key, columns }: Table): string[] => [...key, ...columns];
const insertSql = (table: Table): string => {
  const columns = columnsOf(table);
  const arrays = columns.map((column, index) => `$${index + 1}::${COLUMN_TYPES[column] ?? 'text'}[]`);
  return `insert into ${table.name} (${columns.join(', ')}) select * from unnest(${arrays.join(', ')})`;
};
const updateSql = ({ name, key, columns }: Table): string =>
  `update ${name} as kept set (${columns.join(', ')}) = row(${columns.map((column) => `changed.${column}`).join(', ')})
    from jsonb_populate_recordset(null::${name}, $1::jsonb) as changed where ${matching(key, 'changed')}`;
const deleteSql = ({ name, key }: Table): string =>
  `delete from ${name} as kept using jsonb_populate_recordset(null::${name}, $1::jsonb) as gone where ${matching(key, 'gone')}`;
const matching = (key: readonly string[], other: string): string =>
  key.map((column) => `kept.${column} = ${other}.${column}`).join(' and ');

/**
 * Writes changed positions. New rows are only ever inserted: whoever made the same one first wins, and this transaction fails with a
 * unique violation (see `retryingRaces`).
 */
export async function savePositions(transaction: Transaction, settled: readonly Settled[]): Promise<void> {
  const changes = changesOf(settled);
  const write = async (name: TableName, kind: keyof TableChanges): Promise<void> => {
    const rows = changes[name][kind];
    if (rows.length === 0) return;
    const table = TABLES[name];
    const sql = { inserted: insertSql, updated: updateSql, deleted: deleteSql }[kind](table);
    const parameters = kind === 'inserted' ? columnsOf(table).map((column) => columnText(column, rows)) : [JSON.stringify(rows)];
    await transaction.query(sql, parameters, { name: `notices_${name}_${kind}` });
  };
  for (const name of ['position', 'options'] as const) {
    await write(name, 'updated');
    await write(name, 'inserted');
  }
  // What goes away goes first, so that its IUV is free; options last, since notices may have moved out of them.
  for (const name of ['notices', 'transfers'] as const) {
    await write(name, 'deleted');
    await write(name, 'updated');
    await write(name, 'inserted');
  }
  await write('options', 'deleted');
  await rememberDeleted(
    transaction,
    settled.flatMap(({ stated }) => stated),
  );
}

function columnText(column: string, rows: readonly JsonRow[]): string {
  const values = rows.map((row) => row[column]);
  const isJson = COLUMN_TYPES[column] === 'jsonb';
  return arrayText(isJson ? values.map((value) => (value === null ? null : JSON.stringify(value))) : values);
}

/** Removes a position with all that belongs to it. */
export async function removePosition(transaction: Transaction, key: PositionKey, stated: readonly NoticeSnapshot[]): Promise<void> {
  const parameters = [key.creditorFiscalCode, key.iupd];
  await transaction.query(
    `with gone as (delete from notice where creditor_fiscal_code = $1 and iupd = $2 returning creditor_fiscal_code, notice_number),
        parts as (delete from transfer using gone
          where transfer.creditor_fiscal_code = gone.creditor_fiscal_code and transfer.notice_number = gone.notice_number),
        options as (delete from payment_option where creditor_fiscal_code = $1 and iupd = $2)
      delete from debt_position where creditor_fiscal_code = $1 and iupd = $2`,
    parameters,
  );
  await rememberDeleted(transaction, stated);
}

async function rememberDeleted(transaction: Transaction, stated: readonly NoticeSnapshot[]): Promise<void> {
  const gone = stated.filter((notice) => notice.deleted);
  if (gone.length === 0) return;
  const rows = gone.map((notice) => ({
    creditor_fiscal_code: notice.creditorFiscalCode,
    notice_number: notice.noticeNumber,
    revision: notice.revision,
    deleted_at: notice.updatedAt,
  }));
  await transaction.query(
    `insert into deleted_notice select * from jsonb_populate_recordset(null::deleted_notice, $1::jsonb)
      on conflict (creditor_fiscal_code, notice_number) do update set revision = excluded.revision, deleted_at = excluded.deleted_at`,
    [JSON.stringify(rows)],
  );
}

const RACES = 5;

/**
 * Runs the work in a transaction, and again when another transaction made the same position or notice in between: the second time it
 * finds what the other one made, and decides on that.
 * @throws ConflictError when it lost every time
 */
export async function retryingRaces<T>(database: Database, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= RACES; attempt += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }
  throw new ConflictError('The same position is being written by other requests at this moment; try again.');
}

const DUE = `select distinct creditor_fiscal_code as "creditorFiscalCode", iupd from (
    (select creditor_fiscal_code, iupd from notice where status = 'PUBLISHED' and valid_from <= $1 order by valid_from limit $2)
    union all
    (select creditor_fiscal_code, iupd from notice where status in ('VALID', 'PUBLISHED') and expires_at < $1 order by expires_at limit $2)
  ) as due limit $2`;

/** Positions of which a notice is no longer what its row says, because time has passed. */
export function positionsDue(database: Queries, now: number, limit: number): Promise<PositionKey[]> {
  return database.query<PositionKey>(DUE, [toIso(now), limit]);
}

/** Positions not yet paid or withdrawn that have a transfer to the IBAN, in the order of their notices. */
export function positionsWithIban(
  transaction: Transaction,
  query: { creditorFiscalCode: string; iban: string; aca: boolean; limit: number },
): Promise<PositionKey[]> {
  return transaction.query<PositionKey>(
    `select distinct notice.creditor_fiscal_code as "creditorFiscalCode", notice.iupd
      from transfer join notice using (creditor_fiscal_code, notice_number)
      join debt_position as position on position.creditor_fiscal_code = notice.creditor_fiscal_code and position.iupd = notice.iupd
      where transfer.creditor_fiscal_code = $1 and transfer.iban = $2 and position.aca = $3
        and notice.paid_at is null and position.status in ('DRAFT', 'PUBLISHED', 'VALID')
      order by notice.iupd limit $4`,
    [query.creditorFiscalCode, query.iban, query.aca, query.limit],
  );
}
