import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Database,
  type EmbeddedPostgres,
  openDatabase,
  openReplica,
  type Replica,
  startEmbeddedPostgres,
} from '@nodo-aperto/kernel/database';
import { createMetrics } from '@nodo-aperto/kernel/metrics';
import { startStandby, testLogger, until } from '@nodo-aperto/kernel/testing';
import { realClock } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCHEMA = {
  schema: 'ledger',
  entities: [],
  migrations: [{ name: 'ledger-0001', up: ['create table entry (number integer primary key)'] }],
};

let base: string;
let primary: EmbeddedPostgres;
let standby: EmbeddedPostgres;
let database: Database;
let onStandby: Database;
let replica: Replica;
const metrics = createMetrics('ledger');

const answered = async (where: 'replica' | 'primary'): Promise<number> => {
  const { values } = await metrics.counter('nodo_replica_reads_total', '', ['where']).get();
  return values.find(({ labels }) => labels.where === where)?.value ?? 0;
};
const entries = async (): Promise<number> =>
  (await replica.query<{ count: number }>('select count(*) as count from entry'))[0]?.count ?? -1;
const write = (number: number): Promise<unknown> => database.query('insert into entry values ($1)', [number]);

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'nodo-aperto-replica-'));
  await chmod(base, 0o755);
  const log = testLogger();
  const clock = realClock();
  const primaryFolder = join(base, 'primary');
  primary = await startEmbeddedPostgres({ folder: primaryFolder, log, clock, settings: { wal_level: 'replica', max_wal_senders: '10' } });
  database = await openDatabase({ ...SCHEMA, url: primary.url, log, clock });
  standby = await startStandby({ primary, primaryFolder, folder: join(base, 'standby'), name: 'replica' });
  onStandby = await openDatabase({ ...SCHEMA, url: standby.url, log, clock, migrate: false });
  replica = openReplica({ ...SCHEMA, url: standby.url, log, primary: database, waitMs: 2_000, metrics });
}, 120_000);
afterAll(async () => {
  await replica?.[Symbol.asyncDispose]();
  await onStandby?.close();
  await database?.close();
  await standby?.stop();
  await primary?.stop();
  await rm(base, { recursive: true, force: true });
}, 60_000);

describe('a replica', { timeout: 60_000 }, () => {
  it('answers reads, and shows to every question what was written before it came', async () => {
    for (let number = 1; number <= 100; number += 1) {
      await write(number);
      expect(await entries()).toBe(number);
    }
    expect(await answered('replica')).toBeGreaterThan(90);
  });

  it('answers many questions at once with what was written before each of them', async () => {
    const counts = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await write(101 + index);
        return entries();
      }),
    );
    expect(Math.min(...counts)).toBeGreaterThan(100);
    expect(await entries()).toBe(150);
  });

  it('refuses to be written through', async () => {
    await expect(replica.query('insert into entry values (0)')).rejects.toThrow(/read-only transaction/);
  });

  it('is passed over while it is further behind than the bound, and asked again when it has caught up', async () => {
    const impatient = openReplica({ ...SCHEMA, url: standby.url, log: testLogger(), primary: database, waitMs: 50, metrics });
    await onStandby.query('select pg_wal_replay_pause()');
    await until(
      async () => {
        const [row] = await onStandby.query<{ state: string }>('select pg_get_wal_replay_pause_state() as state');
        return row?.state === 'paused';
      },
      { what: 'the replica to stand still' },
    );
    await write(151);
    const before = await answered('primary');
    expect(await impatient.query('select max(number) as last from entry')).toEqual([{ last: 151 }]);
    expect(await answered('primary')).toBe(before + 1);
    expect(await onStandby.query('select max(number) as last from entry')).toEqual([{ last: 150 }]);

    await onStandby.query('select pg_wal_replay_resume()');
    const since = await answered('replica');
    await until(
      async () => {
        await impatient.query('select 1');
        return (await answered('replica')) > since;
      },
      { what: 'the replica to be asked again', timeoutMs: 20_000 },
    );
    await impatient[Symbol.asyncDispose]();
  });

  it('is not believed once it was promoted, and the primary answers while it is away', async () => {
    await onStandby.query('select pg_promote()');
    await write(152);
    expect(await entries()).toBe(152);
    await onStandby.close();
    await standby.stop();
    await write(153);
    expect(await entries()).toBe(153);
  });
});
