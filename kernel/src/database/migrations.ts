/**
 * Migrations: reviewed SQL text, forward only. Several services start at once and share a database, so everything happens under one
 * advisory lock, each migration in one transaction together with the row that records it.
 */
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Logger } from '../logging/index.ts';
import { type Clock, realClock } from '../time/index.ts';
import { connect, translated } from './connection.ts';
import { isRetryable, MigrationError, sqlStateOf } from './errors.ts';

/** One step of a schema's history. The statements run with the search path set to the subgraph's schema. */
export interface Migration {
  /** Unique in the list, e.g. "notices-001-tables"; never reused. */
  name: string;
  up: readonly string[];
}

export interface MigrationOptions {
  url: string;
  schema: string;
  migrations: readonly Migration[];
  log: Logger;
  /** Gives `applied_at`. */
  clock: Clock;
}

// One lock for the whole database: services also share objects (the jobs' schema), and CREATE … IF NOT EXISTS races with itself.
const LOCK_KEY = '7310582041';
const LOCK_DEADLINE_MS = 120_000;
const LOCK_NOT_AVAILABLE = '55P03';
const STATEMENT_LIMIT_MS = 600_000;
/** Shorter than PostgreSQL waits before it looks for deadlocks: it is the migration that gives way, never what the release before does meanwhile. */
const TABLE_LOCK_MS = 500;
/** How long it keeps trying to come between the transactions of others. */
const GIVING_WAY_MS = 120_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Applies what is not yet applied, in the order of the list, and returns the names it applied.
 * @throws MigrationError when a statement fails or an applied migration was changed; DatabaseUnavailableError
 */
export async function applyMigrations(options: MigrationOptions): Promise<string[]> {
  assertSchemaName(options.schema);
  assertUniqueNames(options);
  const client = await open(options);
  try {
    await underLock(client, options, async () => {
      await client.query(`create schema if not exists "${options.schema}"`);
      await client.query(
        'create table if not exists migration (name text primary key, applied_at timestamptz not null, checksum text not null)',
      );
    });
    warnAboutUnknown(await readApplied(client), options);
    const applied: string[] = [];
    for (const migration of options.migrations) {
      if (await applyOne(client, migration, options)) applied.push(migration.name);
    }
    return applied;
  } catch (error) {
    throw translated(error, options.url);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The names of the migrations not yet applied; reads only. @throws MigrationError when an applied one was changed */
export async function pendingMigrations(options: MigrationOptions): Promise<string[]> {
  assertSchemaName(options.schema);
  const client = await open(options);
  try {
    const table = await client.query<{ found: boolean }>(`select to_regclass('migration') is not null as found`);
    const applied = table.rows[0]?.found ? await readApplied(client) : new Map<string, string>();
    return options.migrations.filter((migration) => !isApplied(applied, migration, options.schema)).map((migration) => migration.name);
  } catch (error) {
    throw translated(error, options.url);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The checksum kept for a migration: of its statements, not of its name. */
export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(JSON.stringify(migration.up)).digest('hex');
}

/** Schema names go into connection options and DDL unquoted. */
export function assertSchemaName(schema: string): void {
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(schema)) {
    throw new MigrationError(`A schema is named with lower-case letters, digits and underscores (at most 48), not "${schema}".`);
  }
}

function open(options: MigrationOptions): Promise<Client> {
  const settings = {
    url: options.url,
    schema: options.schema,
    applicationName: `${options.schema} migrations`,
    statementTimeoutMs: STATEMENT_LIMIT_MS,
  };
  return connect(settings, realClock());
}

function assertUniqueNames(options: MigrationOptions): void {
  const seen = new Set<string>();
  for (const { name } of options.migrations) {
    if (seen.has(name)) throw new MigrationError(`Two migrations of schema ${options.schema} are both named "${name}".`);
    seen.add(name);
  }
}

async function applyOne(client: Client, migration: Migration, options: MigrationOptions): Promise<boolean> {
  if (isApplied(await readApplied(client), migration, options.schema)) return false;
  return underLock(client, options, async () => {
    // Another service may have applied it while this one waited for the lock.
    if (isApplied(await readApplied(client), migration, options.schema)) return false;
    const began = options.clock.monotonic();
    for (const [index, statement] of migration.up.entries()) await runStatement(client, statement, index, migration, options);
    await client.query('insert into migration (name, applied_at, checksum) values ($1, $2, $3)', [
      migration.name,
      options.clock.date(),
      checksumOf(migration),
    ]);
    const milliseconds = Math.round(options.clock.monotonic() - began);
    options.log.info({ schema: options.schema, migration: migration.name, milliseconds }, 'migration applied');
    return true;
  });
}

async function runStatement(
  client: Client,
  statement: string,
  index: number,
  migration: Migration,
  options: MigrationOptions,
): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    const reason = (error as Error).message;
    throw new MigrationError(`Statement ${index + 1} of migration ${migration.name} in schema ${options.schema} failed: ${reason}`, {
      cause: error,
    });
  }
}

function isApplied(applied: ReadonlyMap<string, string>, migration: Migration, schema: string): boolean {
  const checksum = applied.get(migration.name);
  if (checksum === undefined) return false;
  if (checksum === checksumOf(migration)) return true;
  throw new MigrationError(
    `Migration ${migration.name} of schema ${schema} was changed after it had been applied; put its statements back and write a new migration.`,
  );
}

async function readApplied(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from migration');
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

function warnAboutUnknown(applied: ReadonlyMap<string, string>, options: MigrationOptions): void {
  const known = new Set(options.migrations.map((migration) => migration.name));
  const unknown = [...applied.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) options.log.warn({ schema: options.schema, unknown }, 'the database has migrations this version does not know');
}

/**
 * The release before goes on writing to the tables that change, and whoever waits for such a table makes all who come later wait as well. So a
 * migration waits briefly, gives way by being rolled back, and tries again.
 */
async function underLock<T>(client: Client, options: MigrationOptions, work: () => Promise<T>): Promise<T> {
  const waits = realClock();
  const deadline = waits.monotonic() + GIVING_WAY_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await attempt(client, options, work);
    } catch (error) {
      const gaveWay = sqlStateOf(error) === LOCK_NOT_AVAILABLE || isRetryable(error);
      if (!gaveWay || waits.monotonic() >= deadline) throw error;
      options.log.info({ schema: options.schema, reason: (error as Error).message }, 'a migration gives way to what is under way');
      await waits.sleep(pauseMs);
    }
  }
}

async function attempt<T>(client: Client, options: MigrationOptions, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query(`set local lock_timeout = ${LOCK_DEADLINE_MS}`);
    await takeLock(client, options.schema);
    await client.query(`set local lock_timeout = ${TABLE_LOCK_MS}`);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function takeLock(client: Client, schema: string): Promise<void> {
  try {
    await client.query(`select pg_advisory_xact_lock(${LOCK_KEY})`);
  } catch (error) {
    if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new MigrationError(
      `Another process has been migrating for ${LOCK_DEADLINE_MS / 1000} seconds; schema ${schema} was left as it is.`,
      { cause: error },
    );
  }
}
