import { applyMigrations, type Migration } from '@nodo-aperto/kernel/database';
import { addPartitions, dropPartitions, growingTable, partitionKeeper, partitionsOf, splitTable } from '@nodo-aperto/kernel/partitions';
import { createMetrics } from '@nodo-aperto/kernel/metrics';
import { type TestDatabase, testDatabase, testLogger } from '@nodo-aperto/kernel/testing';
import { DAY, manualClock, parseInstant, realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BEFORE: Migration = {
  name: 'test-0001',
  up: [
    'create table owner (id text primary key)',
    `create table entry (
      number bigint generated always as identity primary key,
      owner_id text not null references owner,
      amount integer not null check (amount > 0),
      at timestamptz not null
    )`,
    'create index entry_of_owner on entry (owner_id, number)',
    `insert into owner values ('a'), ('b')`,
    `insert into entry (owner_id, amount, at) select case when n % 2 = 0 then 'a' else 'b' end, n, '2026-01-01'::timestamptz + n * interval '1 day'
      from generate_series(1, 250) as n`,
  ],
};
const SPLIT = splitTable('test-0002', {
  table: 'entry',
  column: 'number',
  key: 'number',
  indexes: { entry_of_owner: '(owner_id, number)' },
  room: 100,
  identity: true,
});
const ENTRIES = growingTable({
  table: 'entry',
  column: 'number',
  head: 'select max(number) as head from entry',
  young: 'select 1 from entry where number >= $1 and number < $2 and at >= $3 limit 1',
  smallest: 100,
});

const at = (text: string): number => parseInstant(text) ?? Number.NaN;
const insert = (count: number, at = '2026-06-01'): string =>
  `insert into entry (owner_id, amount, at) select 'a', n, '${at}' from generate_series(1, ${count}) as n`;

let database: TestDatabase;
const counts = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await database.query<{ name: string; rows: number }>(
        'select tableoid::regclass::text as name, count(*) as rows from entry group by 1',
      )
    ).map(({ name, rows }) => [name, rows]),
  );

beforeAll(async () => {
  database = await testDatabase({ schema: 'growing', migrations: [BEFORE] });
  const { url } = database;
  const migrations = [BEFORE, ...SPLIT];
  await applyMigrations({ url, schema: 'growing', migrations, log: testLogger(), clock: realClock() });
});
afterAll(() => database.close());

describe('a table that is split', () => {
  it('keeps its rows, its key, its checks and its numbers, in a first partition with room', async () => {
    expect(await counts()).toEqual({ entry_p0: 250 });
    expect(await partitionsOf(database, 'entry')).toEqual([
      { name: 'entry_p0', from: -Infinity, before: 400 },
      { name: 'entry_rest', from: 400, before: Infinity },
    ]);
    const [row] = await database.query(`insert into entry (owner_id, amount, at) values ('a', 7, '2026-09-09') returning number`);
    expect(row).toEqual({ number: 251 });
    await expect(database.query(`insert into entry (owner_id, amount, at) values ('a', 0, '2026-09-09')`)).rejects.toThrow(/amount/);
    await database.query(
      `insert into entry (number, owner_id, amount, at) overriding system value values (251, 'b', 1, '2026-09-09')
        on conflict (number) do nothing`,
    );
    expect(await database.query('select owner_id from entry where number = 251')).toEqual([{ owner_id: 'a' }]);
  });

  it('uses the indexes that there were: none is built anew', async () => {
    const rows = await database.query(
      `select inhrelid::regclass::text as part, inhparent::regclass::text as whole from pg_inherits
        where inhrelid in ('entry_of_owner_p0'::regclass, 'entry_p0_pkey'::regclass) order by 1`,
    );
    expect(rows).toEqual([
      { part: 'entry_of_owner_p0', whole: 'entry_of_owner' },
      { part: 'entry_p0_pkey', whole: 'entry_pkey' },
    ]);
  });
});

describe('partitions', () => {
  const clock = manualClock();

  it('are made ahead: as many numbers as a month takes, at the pace that was seen', async () => {
    await database.query(insert(100));
    expect(await addPartitions(database, ENTRIES, clock)).toEqual({ made: 1, moved: 0 });
    expect(await addPartitions(database, ENTRIES, clock)).toEqual({ made: 0, moved: 0 });
    await clock.advance(DAY);
    await database.query(insert(48));
    expect(await addPartitions(database, ENTRIES, clock)).toEqual({ made: 1, moved: 0 });
    // 48 numbers in a day are 1440 in a month, of which two digits are kept.
    expect((await partitionsOf(database, 'entry')).slice(1, -1)).toEqual([
      { name: 'entry_p400', from: 400, before: 500 },
      { name: 'entry_p500', from: 500, before: 1_900 },
    ]);
    await database.query(insert(151));
    expect(await counts()).toEqual({ entry_p0: 398, entry_p400: 100, entry_p500: 52 });
  });

  it('take over the rows that landed in the rest since none was ready', async () => {
    await database.query(insert(1_400));
    expect(await counts()).toMatchObject({ entry_p500: 1_400, entry_rest: 52 });
    const metrics = createMetrics('growing');
    const keeper = partitionKeeper({ database, clock, metrics, tables: [ENTRIES] });
    expect(await metrics.text()).toContain('nodo_partition_rest_rows{table="entry",service="growing"} 52');
    expect((await keeper.keep(0)).detail).toContain('52 rows moved');
    expect(await counts()).toMatchObject({ entry_p500: 1_400, entry_p1900: 52 });
    const text = await metrics.text();
    expect(text).toContain('nodo_partition_rest_rows{table="entry",service="growing"} 0');
    expect(Number(/nodo_partition_room\{[^}]*\} (\d+)/.exec(text)?.[1])).toBeGreaterThan(100);
  });

  it('are pruned by what asks for their numbers', async () => {
    const plan = await database.query<{ 'QUERY PLAN': string }>(`explain (costs off) select * from entry where number = 450`);
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain('entry_p400');
    expect(text).not.toMatch(/entry_p0|entry_p500|entry_rest/);
  });

  it('go when nothing in them is kept any more, oldest first, and never one that still fills', async () => {
    const names = async (): Promise<string[]> => (await partitionsOf(database, 'entry')).map(({ name }) => name);
    const before = await names();
    // The first has a row of 9 September.
    expect(await dropPartitions(database, ENTRIES, at('2026-09-01T00:00:00Z'))).toBe(0);
    expect(await dropPartitions(database, ENTRIES, at('2027-01-01T00:00:00Z'))).toBe(3);
    expect(await names()).toEqual(before.slice(3));
    expect(await counts()).toEqual({ entry_p1900: 52 });
  });

  it('are refused for names that are none', () => {
    expect(() => growingTable({ ...ENTRIES, table: 'entry; drop table owner' })).toThrow('is no name of a column');
  });
});
