import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, DatabaseUnavailableError, openDatabase, sqlStateOf } from '../src/database/index.ts';
import { type TestDatabase, freePort, testDatabase, testDatabaseUrl, testLogger, until } from '../src/testing/index.ts';
import { asDate, realClock } from '../src/time/index.ts';
import { Account, again, gate, migrations } from './bank.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ schema: 'bank', entities: [Account], migrations });
});
afterAll(() => database?.close());
beforeEach(async () => {
  await database.query('truncate account');
});

describe('query', () => {
  it('turns columns into plain values', async () => {
    const [row] = await database.query(
      `select 9007199254740991::bigint as big, count(*) as many, date '2026-02-28' as day, 12.30::numeric as exact,
              timestamptz '2026-02-28T10:00:00Z' as instant, array[1, 2]::bigint[] as bigs, array[date '2026-01-01', null] as days,
              '{"a": [1]}'::jsonb as json, null as nothing`,
    );
    expect(row).toEqual({
      big: 9007199254740991,
      many: 1,
      day: '2026-02-28',
      exact: '12.30',
      instant: asDate(Date.UTC(2026, 1, 28, 10)),
      bigs: [1, 2],
      days: ['2026-01-01', null],
      json: { a: [1] },
      nothing: null,
    });
    await expect(database.query('select 9007199254740993::bigint as big')).rejects.toThrow('9007199254740993');
  });

  it('prepares a named statement once per connection', async () => {
    const own = await again(database.url, 1);
    const run = (id: number): Promise<{ id: number }[]> => own.query('select $1::integer as id', [id], { name: 'echo' });
    expect([await run(1), await run(2)]).toEqual([[{ id: 1 }], [{ id: 2 }]]);
    await own.transaction(async (transaction) => {
      expect(await transaction.query('select $1::integer as id', [3], { name: 'echo' })).toEqual([{ id: 3 }]);
      const prepared = await transaction.query(
        `select generic_plans + custom_plans as runs from pg_prepared_statements where name = 'echo'`,
      );
      expect(prepared).toEqual([{ runs: 3 }]);
    });
    await expect(own.query('select 2', [], { name: 'echo' })).rejects.toThrow('echo');
    await own.close();
  });

  it('keeps the connection after a refused statement', async () => {
    const own = await again(database.url, 1);
    const pid = async (): Promise<unknown> => (await own.query('select pg_backend_pid() as pid'))[0]?.pid;
    const before = await pid();
    await expect(own.query('select nonsense')).rejects.toSatisfy((error) => sqlStateOf(error) === '42703');
    expect(await pid()).toBe(before);
    await own.close();
  });

  it('works in its own schema, in UTC, with a limit on each statement', async () => {
    const [row] = await database.query(
      `select current_setting('search_path') as path, current_setting('TimeZone') as zone, current_setting('statement_timeout') as limit`,
    );
    expect(row).toEqual({ path: 'bank', zone: 'UTC', limit: '15s' });
    const hasty = await openDatabase({
      url: database.url,
      schema: 'bank',
      entities: [],
      migrations,
      log: testLogger(),
      clock: realClock(),
      statementTimeoutMs: 50,
    });
    await expect(hasty.query('select pg_sleep(5)')).rejects.toSatisfy((error) => sqlStateOf(error) === '57014');
    await hasty.close();
  });

  it('reads and writes entities with instants and cents as they are', async () => {
    const seenAt = asDate(Date.UTC(2026, 6, 1, 12, 30, 0, 250));
    await database.transaction(async ({ manager }) => {
      manager.create(Account, { id: 5, owner: `O'Neil "x" \\ $1 ?`, cents: 99_999_999_999, seenAt });
    });
    const account = await database.read((manager) => manager.findOneOrFail(Account, 5));
    expect(account).toMatchObject({ owner: `O'Neil "x" \\ $1 ?`, cents: 99_999_999_999, seenAt });
    expect(await database.query('select seen_at from account')).toEqual([{ seen_at: seenAt }]);
  });
});

describe('an absent or failing server', () => {
  const open = (url: string): Promise<Database> =>
    openDatabase({ url, schema: 'bank', entities: [], migrations, log: testLogger(), clock: realClock(), poolSize: 1 });

  it('is named with host and port and without the password', async () => {
    const port = await freePort();
    await expect(open(`postgres://nodo:s3cret@127.0.0.1:${port}/nodo`)).rejects.toSatisfy((error: Error) => {
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      expect(error.message).toContain(`127.0.0.1:${port}`);
      expect(error.message).not.toContain('s3cret');
      return true;
    });
  });

  it('is told apart: wrong password, no such database, no address', async () => {
    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    await expect(open(wrong.href)).rejects.toThrow(/does not accept user/);
    const absent = new URL(database.url);
    absent.pathname = '/no_such_database';
    await expect(open(absent.href)).rejects.toThrow(/has no database named no_such_database/);
    await expect(open('mysql://somewhere/x')).rejects.toThrow(/not of the form postgres:/);
  });

  it('says so when a connection breaks, and works again with the next one', async () => {
    const own = await again(database.url, 2);
    const broken = own.transaction(async (transaction) => {
      const [row] = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.query('select pg_terminate_backend($1)', [row?.pid]);
      await transaction.manager.count(Account);
    });
    await expect(broken).rejects.toSatisfy((error) => error instanceof DatabaseUnavailableError && error.reason === 'LOST');
    expect(await own.transaction((transaction) => transaction.query('select 1 as one'))).toEqual([{ one: 1 }]);
    await own.close();
  });

  it('says so when every connection is busy', { timeout: 20_000 }, async () => {
    const own = await again(database.url, 1);
    const release = gate();
    const holding = own.transaction(() => release.opened);
    await until(() => own.use().open === 1 && own.use().idle === 0, { what: 'the only connection is taken' });
    await expect(own.query('select 1')).rejects.toSatisfy(
      (error) => error instanceof DatabaseUnavailableError && error.reason === 'EXHAUSTED',
    );
    expect(own.use()).toEqual({ open: 1, idle: 0, waiting: 0, limit: 1 });
    release.open();
    await holding;
    await own.close();
  });
});

describe('close', () => {
  it('leaves no connection behind, also when the mapper was never used', async () => {
    const own = await again(database.url, 2);
    await own.query(`set application_name = 'to be closed'`);
    await own.close();
    const open = () => database.query<{ count: number }>(`select count(*) from pg_stat_activity where application_name = 'to be closed'`);
    await until(async () => (await open())[0]?.count === 0, { what: 'the connection to end' });
  });
});

describe('test databases', () => {
  it('are fresh, and copies of one template', async () => {
    await database.query(`insert into account (id, owner, cents) values (1, 'A', 1)`);
    const other = await testDatabase({ schema: 'bank', entities: [Account], migrations });
    expect(other.url).not.toBe(database.url);
    expect(await other.query('select * from account')).toEqual([]);
    expect(await other.query('select name from migration')).toEqual([{ name: 'bank-001' }]);
    await other.close();
    const client = new Client({ connectionString: other.url });
    await expect(client.connect()).rejects.toThrow('does not exist');
  });

  it('may be empty, for a test that migrates itself', async () => {
    const own = await again(await testDatabaseUrl());
    expect(await own.query('select * from account')).toEqual([]);
    await own.close();
  });
});
