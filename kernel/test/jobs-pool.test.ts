import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Pool } from 'pg';
import { connectionOptions } from '../src/database/connection.ts';
import { postgresJobs } from '../src/jobs/index.ts';
import { queuePool } from '../src/jobs/pool.ts';
import { testDatabaseUrl, testLogger, until } from '../src/testing/index.ts';
import { realClock } from '../src/time/index.ts';

let url: string;
let pool: Pool;
beforeAll(async () => {
  url = await testDatabaseUrl();
  await (await postgresJobs({ url, clock: realClock(), log: testLogger() })).stop();
});
afterEach(() => pool.end());

it('gives connections that break an error after which graphile-worker tries again', async () => {
  pool = queuePool({ ...connectionOptions({ url, applicationName: 'breaks' }), max: 2 });
  pool.on('error', () => undefined);
  const client = await pool.connect();
  client.on('error', () => undefined);
  const [{ pid }] = (await client.query('select pg_backend_pid() as pid')).rows as [{ pid: number }];
  const asked = client.query('select pg_sleep(30)').catch((error: unknown) => error);
  await until(async () => (await pool.query('select pg_terminate_backend($1) as ended', [pid])).rows[0].ended === true, {
    what: 'the connection to be ended',
  });
  expect(await asked).toMatchObject({ code: 'ETIMEDOUT' });
  client.release(true);
});

it('gives the same to who waited for a connection in vain, and leaves the refusals of statements as they are', async () => {
  pool = queuePool({ ...connectionOptions({ url, applicationName: 'waits' }), max: 1, connectionTimeoutMillis: 50 });
  const client = await pool.connect();
  await expect(pool.connect()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  await expect(client.query('select no_such_column')).rejects.toMatchObject({ code: '42703' });
  client.release();
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
