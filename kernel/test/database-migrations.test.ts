import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, type Migration, MigrationError, applyMigrations, openDatabase, pendingMigrations } from '../src/database/index.ts';
import { deferred } from '../src/events/deferred.ts';
import { asDate, manualClock, realClock } from '../src/time/index.ts';
import { recordingLogger, testDatabaseUrl, testLogger, until } from '../src/testing/index.ts';

const first: Migration = { name: 'shop-001', up: ['create table item (id integer primary key)', 'insert into item values (1)'] };
const slow: Migration = { name: 'shop-002', up: ['select pg_sleep(0.3)', 'alter table item add column name text'] };

const opened: Database[] = [];
let url: string;
beforeAll(async () => {
  url = await testDatabaseUrl();
});
afterAll(() => Promise.all(opened.map((database) => database.close())));

async function open(schema: string, migrations: readonly Migration[], migrate = true): Promise<Database> {
  const database = await openDatabase({
    url,
    schema,
    entities: [],
    migrations,
    migrate,
    log: testLogger(),
    clock: realClock(),
    poolSize: 2,
  });
  opened.push(database);
  return database;
}

describe('migrations', () => {
  it('are applied once when services start at the same time', async () => {
    const databases = await Promise.all([1, 2, 3].map(() => open('shop', [first, slow])));
    for (const database of databases) {
      expect(await database.query('select * from item')).toEqual([{ id: 1, name: null }]);
      expect(await database.query('select name from migration order by name')).toEqual([{ name: 'shop-001' }, { name: 'shop-002' }]);
    }
  });

  it('give way to what is under way in a table, so that nobody waits behind them, and are applied when it is through', async () => {
    const database = await open('busy', [first]);
    const begun = deferred();
    const through = deferred();
    const holding = database.transaction(async (transaction) => {
      await transaction.query('update item set id = id');
      begun.resolve();
      await through.promise;
    });
    await begun.promise;
    const { log, lines } = recordingLogger();
    const alter: Migration = { name: 'busy-002', up: ['alter table item add column price integer'] };
    const applying = applyMigrations({ url, schema: 'busy', migrations: [first, alter], log, clock: realClock() });
    try {
      await until(() => lines.some(({ msg }) => msg === 'a migration gives way to what is under way'), {
        what: 'the migration to give way',
        timeoutMs: 30_000,
      });
      expect(await database.query('select id from item')).toEqual([{ id: 1 }]);
    } finally {
      through.resolve();
    }
    await holding;
    expect(await applying).toEqual(['busy-002']);
    expect(await database.query('select * from item')).toEqual([{ id: 1, price: null }]);
  });

  it('of different schemas do not disturb each other', async () => {
    const shared: Migration = {
      name: 'shared-001',
      up: ['create schema if not exists commons', 'create table if not exists commons.thing (id integer)'],
    };
    const schemas = ['alpha', 'beta', 'gamma', 'delta'];
    await Promise.all(
      schemas.map((schema) => applyMigrations({ url, schema, migrations: [shared, first], log: testLogger(), clock: realClock() })),
    );
    const database = await open('alpha', [shared, first]);
    const [row] = await database.query(
      `select count(*) as many from information_schema.tables where table_name = 'item' and table_schema = any($1)`,
      [schemas],
    );
    expect(row).toEqual({ many: 4 });
  });

  it('go on from where the database is, in the order of the list', async () => {
    const options = { url, schema: 'growing', log: testLogger(), clock: realClock() };
    expect(await applyMigrations({ ...options, migrations: [first] })).toEqual(['shop-001']);
    expect(await pendingMigrations({ ...options, migrations: [first, slow] })).toEqual(['shop-002']);
    expect(await applyMigrations({ ...options, migrations: [first, slow] })).toEqual(['shop-002']);
    expect(await applyMigrations({ ...options, migrations: [first, slow] })).toEqual([]);
  });

  it('refuse an applied one that was changed', async () => {
    await open('changed', [first]);
    const changed = { ...first, up: [...first.up, 'insert into item values (2)'] };
    const attempt = open('changed', [changed]);
    await expect(attempt).rejects.toBeInstanceOf(MigrationError);
    await expect(attempt).rejects.toThrow('Migration shop-001 of schema changed was changed after it had been applied');
    await expect(open('changed', [changed], false)).rejects.toThrow('shop-001');
  });

  it('leave nothing of one that fails, and name the statement', async () => {
    const bad: Migration = { name: 'shop-003', up: ['create table half (id integer)', 'create tabel typo (id integer)'] };
    const attempt = open('failing', [first, bad]);
    await expect(attempt).rejects.toBeInstanceOf(MigrationError);
    await expect(attempt).rejects.toThrow(/Statement 2 of migration shop-003 in schema failing failed: .*tabel/);
    const database = await open('failing', [first]);
    expect(await database.query(`select to_regclass('half') as half, to_regclass('item') is not null as item`)).toEqual([
      { half: null, item: true },
    ]);
  });

  it('are only checked when asked not to migrate', async () => {
    await expect(open('unmigrated', [first, slow], false)).rejects.toThrow('Schema unmigrated lacks 2 migrations (the first is shop-001)');
    await open('unmigrated', [first, slow]);
    expect(await (await open('unmigrated', [first, slow], false)).query('select id from item')).toEqual([{ id: 1 }]);
  });

  it('are recorded with the time of the clock', async () => {
    const start = Date.UTC(2030, 0, 2, 3, 4, 5);
    await applyMigrations({ url, schema: 'timed', migrations: [first], log: testLogger(), clock: manualClock(start) });
    const database = await open('timed', [first]);
    expect(await database.query('select applied_at from migration')).toEqual([{ applied_at: asDate(start) }]);
  });

  it('of a newer version are reported and left alone', async () => {
    await open('newer', [first, slow]);
    const { log, lines } = recordingLogger();
    await applyMigrations({ url, schema: 'newer', migrations: [first], log, clock: realClock() });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', schema: 'newer', unknown: ['shop-002'] }));
  });

  it('need names of their own and a plain schema name', async () => {
    await expect(open('twins', [first, first])).rejects.toThrow('Two migrations of schema twins are both named "shop-001"');
    await expect(open('Bad; drop', [first])).rejects.toThrow('A schema is named with lower-case letters');
  });
});
