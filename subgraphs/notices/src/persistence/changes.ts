/** What has to be written for changed positions: per table the rows to insert, update and delete. */
import type { Settled } from '../domain/settle.ts';
import { type JsonRow, type PositionRows, toRows } from './rows.ts';

export interface Table {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

const table = (name: string, key: string, columns: string): Table => ({ name, key: key.split(' '), columns: columns.split(' ') });

/** The types of columns that are not text, by their names, which mean the same in every table. */
export const COLUMN_TYPES: Readonly<Record<string, string>> = {
  option_number: 'integer',
  instalment_number: 'integer',
  id_transfer: 'smallint',
  amount: 'bigint',
  fee: 'bigint',
  payment_fee: 'bigint',
  revision: 'bigint',
  aca: 'boolean',
  pay_stand_in: 'boolean',
  pull: 'boolean',
  switch_to_expired: 'boolean',
  debtor: 'jsonb',
  contact: 'jsonb',
  metadata: 'jsonb',
  stamp: 'jsonb',
  published_at: 'timestamptz',
  invalidated_at: 'timestamptz',
  valid_from: 'timestamptz',
  expires_at: 'timestamptz',
  due_date: 'timestamptz',
  retention_date: 'timestamptz',
  paid_at: 'timestamptz',
  reported_at: 'timestamptz',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
};

/** Parents before children. */
export const TABLES = {
  position: table(
    'debt_position',
    'creditor_fiscal_code iupd',
    'origin aca company_name office_name debtor pay_stand_in pull contact published_at invalidated_at valid_from expires_at status created_at updated_at revision',
  ),
  options: table('payment_option', 'creditor_fiscal_code iupd option_number', 'description debtor valid_from switch_to_expired'),
  notices: table(
    'notice',
    'creditor_fiscal_code notice_number',
    'iupd option_number instalment_number iuv amount description due_date retention_date fee metadata status valid_from expires_at ' +
      'debtor_fiscal_code paid_at payment_token payment_psp_name payment_method payment_fee created_at updated_at revision',
  ),
  transfers: table(
    'transfer',
    'creditor_fiscal_code notice_number id_transfer',
    'amount beneficiary_fiscal_code beneficiary_name iban postal_iban stamp remittance_information category metadata reported_flow reported_at',
  ),
} as const;
export type TableName = keyof typeof TABLES;
const TABLE_NAMES = Object.keys(TABLES) as TableName[];

export interface TableChanges {
  inserted: JsonRow[];
  updated: JsonRow[];
  deleted: JsonRow[];
}

/** The changes of all positions together: one statement per table and kind writes them, however many they are. */
export function changesOf(settled: readonly Settled[]): Record<TableName, TableChanges> {
  const changes = { position: none(), options: none(), notices: none(), transfers: none() };
  for (const { before, after } of settled) {
    const later = byTable(toRows(after));
    const earlier = before && byTable(toRows(before));
    for (const name of TABLE_NAMES) {
      if (earlier) compare(TABLES[name], earlier[name], later[name], changes[name]);
      else changes[name].inserted.push(...later[name]);
    }
  }
  return changes;
}

function byTable(rows: PositionRows): Record<TableName, readonly JsonRow[]> {
  return { ...rows, position: [rows.position] };
}

function none(): TableChanges {
  return { inserted: [], updated: [], deleted: [] };
}

function compare({ key }: Table, before: readonly JsonRow[], after: readonly JsonRow[], changes: TableChanges): void {
  const keyOf = (row: JsonRow): string => JSON.stringify(key.map((column) => row[column]));
  const earlier = new Map(before.map((row) => [keyOf(row), row]));
  for (const row of after) {
    const known = earlier.get(keyOf(row));
    earlier.delete(keyOf(row));
    if (!known) changes.inserted.push(row);
    else if (JSON.stringify(known) !== JSON.stringify(row)) changes.updated.push(row);
  }
  changes.deleted.push(...earlier.values());
}
