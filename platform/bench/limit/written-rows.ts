/** Finds the rows that a run of payments has written, in every table of every schema, and to which payment each belongs. */
import type { Client } from 'pg';

export interface Table {
  /** schema.table */
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Places of the primary key among the columns; empty when there is none. */
  readonly key: readonly number[];
  /** Whether its rows hang from others by a foreign key. */
  readonly dependent: boolean;
}

export interface WrittenRow {
  readonly table: Table;
  /** As PostgreSQL prints them, in the order of the table's columns. */
  readonly values: readonly (string | null)[];
  /** The transaction that wrote this version of the row. */
  readonly transaction: number;
}

/** Rows of one payment: those that payments has once it is activated, and what is added or changed anywhere once its outcome is known. */
export interface PaymentRows {
  readonly notice: readonly [creditorFiscalCode: string, noticeNumber: string];
  readonly activation: WrittenRow[];
  readonly outcome: WrittenRow[];
}

export interface Written {
  readonly payments: readonly PaymentRows[];
  /** Rows that belong to no one payment: sums, checkpoints, evidence of many calls. */
  readonly shared: readonly WrittenRow[];
}

/** Words that are long enough to be somebody's key and nobody else's. */
const WORD = /[\w-]{16,}/g;

/** Tables of the schemas with their columns, generated ones left out. */
export async function tablesOf(database: Client, schemas: readonly string[]): Promise<Table[]> {
  const { rows } = await database.query<Table>(
    `select format('%I.%I', space.nspname, class.relname) as name,
       json_agg(json_build_object('name', quote_ident(part.attname), 'type', format_type(part.atttypid, part.atttypmod)) order by part.attnum) as columns,
       coalesce((select json_agg((select count(*) from pg_attribute as before where before.attrelid = class.oid and before.attnum > 0
           and not before.attisdropped and before.attgenerated = '' and before.attnum < place))
         from pg_index as keys, unnest(keys.indkey) as place where keys.indrelid = class.oid and keys.indisprimary), '[]') as key,
       exists (select from pg_constraint where conrelid = class.oid and contype = 'f') as dependent
     from pg_class as class join pg_namespace as space on space.oid = class.relnamespace
       join pg_attribute as part on part.attrelid = class.oid and part.attnum > 0 and not part.attisdropped and part.attgenerated = ''
     where class.relkind in ('r', 'p') and not class.relispartition and space.nspname = any($1)
     group by class.oid, space.nspname, class.relname order by name`,
    [schemas],
  );
  return rows;
}

/** Rows whose present version was written by a transaction from `since` on and before `until`. */
export async function rowsOf(database: Client, tables: readonly Table[], since: number, until: number): Promise<WrittenRow[]> {
  const found: WrittenRow[] = [];
  for (const table of tables) {
    const columns = table.columns.map(({ name }) => `${name}::text`).join(', ');
    const { rows } = await database.query<[string, string | null][]>({
      text: `select xmin::text, ${columns} from ${table.name} where xmin::text::bigint >= $1 and xmin::text::bigint < $2 order by xmin::text::bigint`,
      values: [since, until],
      rowMode: 'array',
    });
    for (const [transaction, ...values] of rows as unknown as [string, ...(string | null)[]][])
      found.push({ table, values, transaction: Number(transaction) });
  }
  return found;
}

/** Gives each row to its payment. A row that names none may be told by a key that another row of that payment has. */
export function byPayment(rows: readonly WrittenRow[]): Written {
  const owners = new Map<string, number>();
  const payments: PaymentRows[] = [];
  const outcomes: number[] = [];
  for (const row of rows) {
    if (row.table.name !== 'payments.payment') continue;
    const [creditor, notice, token] = ['creditor_fiscal_code', 'notice_number', 'payment_token'].map((name) => valueOf(row, name) ?? '');
    owners.set(token ?? '', payments.length).set(`${creditor} ${notice}`, payments.length);
    payments.push({ notice: [creditor ?? '', notice ?? ''], activation: [], outcome: [] });
  }
  const owned = new Map<WrittenRow, number>();
  for (
    let left = rows.filter((row) => !owned.has(row)), before = -1;
    left.length !== before;
    left = left.filter((row) => !owned.has(row))
  ) {
    before = left.length;
    for (const row of left) {
      const owner = ownerOf(row, owners);
      if (owner === undefined) continue;
      owned.set(row, owner);
      for (const place of row.table.key) {
        const value = row.values[place];
        if (value && value.length >= 32 && !owners.has(value)) owners.set(value, owner);
      }
      if (row.table.name.endsWith('.outbox')) owners.set(valueOf(row, 'id') ?? '', owner);
      if (row.table.name === 'payments.payment_status_change' && valueOf(row, 'status') === 'PAID') outcomes[owner] = row.transaction;
    }
  }
  const inOrder = [...owned].toSorted(([one], [other]) => (one.table.name < other.table.name ? -1 : 1));
  for (const [row, owner] of inOrder) {
    const { activation, outcome } = payments[owner]!;
    const first =
      MADE_BY_ACTIVATION.has(row.table.name) || (row.table.name.startsWith('payments.') && row.transaction < (outcomes[owner] ?? 0));
    (first ? activation : outcome).push(row);
  }
  // What hangs from rows of earlier payments cannot be written without them: it is left out, to the favour of the bare SQL.
  return { payments, shared: rows.filter((row) => !owned.has(row) && !row.table.dependent) };
}

/** What activation makes and the outcome changes: its present version is the outcome's. */
const MADE_BY_ACTIVATION = new Set(['payments.notice', 'payments.payment']);

export function valueOf({ table, values }: WrittenRow, column: string): string | null | undefined {
  return values[table.columns.findIndex(({ name }) => name === column)];
}

function ownerOf(row: WrittenRow, owners: ReadonlyMap<string, number>): number | undefined {
  const pair = owners.get(`${valueOf(row, 'creditor_fiscal_code')} ${valueOf(row, 'notice_number')}`);
  if (pair !== undefined) return pair;
  for (const value of row.values) {
    for (const word of value?.match(WORD) ?? []) {
      const owner = owners.get(word);
      if (owner !== undefined) return owner;
    }
  }
  return undefined;
}
