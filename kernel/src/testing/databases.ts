/** Fresh databases for test files, on the server of the run. */
import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type ProvidedContext, inject } from 'vitest';
import {
  type Database,
  type DatabaseOptions,
  type EntityInput,
  type Migration,
  applyMigrations,
  openDatabase,
  withDatabase,
} from '../database/index.ts';
import { realClock } from '../time/index.ts';
import { testLogger } from './logger.ts';

export interface TestDatabaseOptions extends Partial<Pick<DatabaseOptions, 'log' | 'clock' | 'poolSize' | 'statementTimeoutMs'>> {
  schema: string;
  entities?: readonly EntityInput[];
  migrations?: readonly Migration[];
}

/** A database that nobody else uses. `close()` also removes it. */
export interface TestDatabase extends Database {
  /** Its address, for opening it again or for another schema in it. */
  readonly url: string;
}

/**
 * A fresh database with the schema migrated. The first caller of a set of migrations makes a template, the others get a copy of it
 * (about 50 ms).
 */
export async function testDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const { schema, entities = [], migrations = [], log = testLogger(), clock = realClock(), ...rest } = options;
  const url = await copyOf(await templateFor(schema, migrations));
  const database = await openDatabase({ url, schema, entities, migrations, log, clock, poolSize: 5, ...rest });
  const close = async (): Promise<void> => {
    await database.close();
    await onServer((client) => client.query(`drop database if exists "${nameOf(url)}" with (force)`));
  };
  return {
    url,
    schema,
    orm: database.orm,
    transaction: (work) => database.transaction(work),
    read: (work) => database.read(work),
    query: (sql, parameters, queryOptions) => database.query(sql, parameters, queryOptions),
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    use: () => database.use(),
    close,
  };
}

/** The address of a fresh database without any schema; removed at the end of the run. */
export function testDatabaseUrl(): Promise<string> {
  return copyOf(undefined);
}

function server(): ProvidedContext['testServer'] {
  const given = inject('testServer') as ProvidedContext['testServer'] | undefined;
  if (given) return given;
  throw new Error('This test needs PostgreSQL: put it in a test/ folder, whose project starts the server (global-setup.ts).');
}

/** Runs work on a connection to the server's first database. */
async function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server().url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function copyOf(template: string | undefined): Promise<string> {
  const { url, prefix } = server();
  const name = `${prefix}${randomBytes(6).toString('hex')}`;
  await onServer((client) => client.query(`create database "${name}" template "${template ?? 'template1'}" strategy wal_log`));
  return withDatabase(url, name);
}

/** The name of a database with the migrations applied, made when there is none; test files of other workers wait meanwhile. */
async function templateFor(schema: string, migrations: readonly Migration[]): Promise<string> {
  const { url, prefix } = server();
  const digest = createHash('sha256')
    .update(JSON.stringify([schema, migrations]))
    .digest('hex')
    .slice(0, 16);
  const name = `${prefix}template_${digest}`;
  await onServer(async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('nodo-aperto test template'))`);
    const { rows } = await client.query('select from pg_database where datname = $1', [name]);
    if (rows.length > 0) return;
    const draft = `${name}_draft`;
    await client.query(`drop database if exists "${draft}" with (force)`);
    await client.query(`create database "${draft}" strategy wal_log`);
    await applyMigrations({ url: withDatabase(url, draft), schema, migrations, log: testLogger(), clock: realClock() });
    await client.query(`alter database "${draft}" rename to "${name}"`);
  });
  return name;
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
