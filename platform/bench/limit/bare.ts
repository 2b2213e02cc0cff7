/**
 * The bare SQL of payments: what was read and written for them, again, in a copy of the database from before them. A payment is one read and two
 * transactions, each a single prepared statement for all rows of all tables; rows that belong to many payments go in statements of their own.
 * Nothing is checked, planned anew or written twice: no script that leaves the same rows behind has less to do.
 */
import { createHash } from 'node:crypto';
import { Client, Pool, type QueryConfig } from 'pg';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { PaymentRows, Table, Written, WrittenRow } from './written-rows.ts';

const SHARED_ROWS = 50;

/** What is not known yet when a payment is activated: these columns are written then, and again with the outcome. */
const BEFORE_OUTCOME: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  'payments.notice': { status: 'PAYING' },
  'payments.payment': {
    status: 'PAYING',
    outcome: null,
    outcome_at: null,
    payment_method: null,
    payment_channel: null,
    fee: null,
    payer: null,
    application_date: null,
    transfer_date: null,
    revision: '1',
  },
};

type Statement = QueryConfig<(string | null)[]>;
type Change = { readonly kind: 'insert' | 'update'; readonly row: WrittenRow };

const READ = `select (select data from payments.aca_notice where creditor_fiscal_code = $1 and notice_number = $2) as aca,
  (select status from payments.notice where creditor_fiscal_code = $1 and notice_number = $2) as status`;

/** What one payment takes: its read and its two writes. */
type Script = readonly Statement[];

/** Prepares all statements, so that only PostgreSQL's work is measured afterwards, and the little that it takes to send it. */
export async function scriptsOf(written: Written, url: string): Promise<Script[]> {
  const database = new Client(url);
  await database.connect();
  try {
    const known = await keysOf(database, written);
    const change = (row: WrittenRow): Change => ({ kind: known.has(identity(row)) ? 'update' : 'insert', row });
    const payments = written.payments.map((payment): Script => scriptOf(payment, change));
    const shared: Script[] = [];
    for (let at = 0; at < written.shared.length; at += SHARED_ROWS)
      shared.push([statementOf(written.shared.slice(at, at + SHARED_ROWS).map(change))]);
    // Spread as they came: a batch now and then among the payments.
    const every = Math.max(1, Math.floor(payments.length / Math.max(1, shared.length)));
    return payments.flatMap((script, index) => (index % every === 0 ? [script, ...shared.splice(0, 1)] : [script])).concat(shared);
  } finally {
    await database.end();
  }
}

function scriptOf({ notice, activation, outcome }: PaymentRows, change: (row: WrittenRow) => Change): Script {
  const opened = activation.map(change);
  const first = opened.map(({ kind, row }): Change => ({ kind, row: beforeOutcome(row) }));
  const settling = opened.filter(({ row }) => row.table.name in BEFORE_OUTCOME).map(({ row }): Change => ({ kind: 'update', row }));
  return [
    { name: 'read', text: READ, values: [...notice] },
    statementOf(first),
    statementOf([...settling, ...outcome.map(change)], BEFORE_OUTCOME),
  ];
}

function beforeOutcome(row: WrittenRow): WrittenRow {
  const before = BEFORE_OUTCOME[row.table.name];
  if (!before) return row;
  const values = row.table.columns.map(({ name }, place) => (name in before ? before[name]! : (row.values[place] ?? null)));
  return { ...row, values };
}

const identity = ({ table, values }: WrittenRow): string => `${table.name} ${table.key.map((place) => values[place]).join(' ')}`;

/** Keys of rows that were there before, of the tables that are written. */
async function keysOf(database: Client, { payments, shared }: Written): Promise<Set<string>> {
  const tables = new Set(
    [...payments.flatMap(({ activation, outcome }) => [...activation, ...outcome]), ...shared].map(({ table }) => table),
  );
  const keys = new Set<string>();
  for (const { name, columns, key } of tables) {
    if (key.length === 0) continue;
    const wanted = key.map((place) => `${columns[place]?.name}::text`).join(', ');
    const { rows } = await database.query<string[]>({ text: `select ${wanted} from ${name}`, rowMode: 'array' });
    for (const row of rows) keys.add(`${name} ${row.join(' ')}`);
  }
  return keys;
}

/** One statement for all rows. @param only of a table's columns, those that an update writes; all of them when absent */
function statementOf(changes: readonly Change[], only: Readonly<Record<string, object>> = {}): Statement {
  const values: (string | null)[] = [];
  const inserted = new Map<Table, string[]>();
  const parts: string[] = [];
  const use = ({ table, values: given }: WrittenRow, place: number): string => {
    values.push(given[place] ?? null);
    return `$${values.length}::${table.columns[place]?.type}`;
  };
  for (const { kind, row } of changes) {
    const { table } = row;
    if (kind === 'update') parts.push(updateOf(row, only[table.name], use));
    else {
      const known = inserted.get(table) ?? [];
      inserted.set(table, [...known, `(${table.columns.map((_column, place) => use(row, place)).join(', ')})`]);
    }
  }
  for (const [{ name, columns }, rows] of inserted)
    parts.push(
      `insert into ${name} (${columns.map((column) => column.name).join(', ')}) overriding system value values ${rows.join(', ')}`,
    );
  const text =
    parts.length === 1
      ? (parts[0] ?? '')
      : `with ${parts.map((part, index) => `part_${index} as (${part} returning 1)`).join(', ')} select 1`;
  return { name: createHash('md5').update(text).digest('hex'), text, values };
}

function updateOf(row: WrittenRow, only: object | undefined, use: (row: WrittenRow, place: number) => string): string {
  const { columns, key, name } = row.table;
  const set = columns.flatMap((column, place) =>
    key.includes(place) || (only && !(column.name in only)) ? [] : [`${column.name} = ${use(row, place)}`],
  );
  return `update ${name} set ${set.join(', ')} where ${key.map((place) => `${columns[place]?.name} = ${use(row, place)}`).join(' and ')}`;
}

/** How many different statements the scripts have: each is planned by each connection the first few times. */
export function countStatements(scripts: readonly Script[]): number {
  return new Set(scripts.flat().map(({ name }) => name)).size;
}

/** Runs the scripts in several lanes, the first of them to warm up. @returns milliseconds that it took, and CPU milliseconds of this process */
export async function runScripts(
  scripts: readonly Script[],
  options: { url: string; lanes: number; clock: Clock; warm: number; whenWarm: () => Promise<void> },
): Promise<{ milliseconds: number; cpuMs: number }> {
  const { url, lanes, clock, warm } = options;
  const pool = new Pool({ connectionString: url, max: lanes });
  try {
    await Promise.all(Array.from({ length: lanes }, () => pool.query(`select pg_sleep(0.05)`)));
    let next = 0;
    const runTo = async (end: number): Promise<void> => {
      const lane = async (): Promise<void> => {
        while (next < end) for (const statement of scripts[next++] ?? []) await pool.query(statement);
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    };
    await runTo(warm);
    await options.whenWarm();
    const began = clock.monotonic();
    const cpu = process.cpuUsage();
    await runTo(scripts.length);
    const { user, system } = process.cpuUsage(cpu);
    return { milliseconds: clock.monotonic() - began, cpuMs: (user + system) / 1_000 };
  } finally {
    await pool.end();
  }
}
