import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, DatabaseUnavailableError, openDatabase } from '../src/database/index.ts';
import { realClock } from '../src/time/index.ts';
import { recordingLogger, testDatabase, testLogger, until } from '../src/testing/index.ts';
import type { TestDatabase } from '../src/testing/index.ts';

let database: TestDatabase;
let neighbour: Database;
beforeEach(async () => {
  database = await testDatabase({ schema: 'news' });
  neighbour = await openDatabase({
    url: database.url,
    schema: 'sport',
    entities: [],
    migrations: [],
    log: testLogger(),
    clock: realClock(),
    poolSize: 2,
  });
});
afterEach(async () => {
  await neighbour.close();
  await database.close();
});

const notify = (channel: string, payload: string): Promise<unknown> => database.query('select pg_notify($1, $2)', [channel, payload]);
const listenerPids = async (): Promise<number[]> => {
  const rows = await database.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and application_name = 'nodo-aperto listener'`,
  );
  return rows.map((row) => row.pid);
};

describe('listen', () => {
  it('hears every notification of its channel from the moment it is resolved', async () => {
    const heard: string[] = [];
    await database.listen('Headlines', (payload) => heard.push(payload));
    await notify('Headlines', 'one');
    await notify('headlines', 'another channel');
    await notify('Headlines', 'two');
    await until(() => heard.length >= 2, { what: 'both notifications are heard' });
    expect(heard).toEqual(['one', 'two']);
  });

  it('shares one connection among channels, handlers and databases of one address', async () => {
    const heard: string[] = [];
    const listeners = await Promise.all([
      database.listen('a', (payload) => heard.push(`1:${payload}`)),
      database.listen('a', (payload) => heard.push(`2:${payload}`)),
      neighbour.listen('b', (payload) => heard.push(`3:${payload}`)),
    ]);
    expect(await listenerPids()).toHaveLength(1);
    await notify('a', 'x');
    await notify('b', 'y');
    await until(() => heard.length === 3, { what: 'all handlers are called' });
    expect(heard.toSorted()).toEqual(['1:x', '2:x', '3:y']);
    // One leaves, the others stay.
    await listeners[0]?.[Symbol.asyncDispose]();
    await notify('a', 'z');
    await until(() => heard.includes('2:z'), { what: 'the remaining handler is called' });
    expect(heard).not.toContain('1:z');
    // The last one gone, so is the connection.
    await listeners[1]?.[Symbol.asyncDispose]();
    await neighbour.close();
    await until(async () => (await listenerPids()).length === 0, { what: 'the listening connection is closed' });
  });

  it('survives the loss of its connection: listens again and calls each handler once', async () => {
    const heard: string[] = [];
    const others: string[] = [];
    await database.listen('stream', (payload) => heard.push(payload));
    await database.listen('other', (payload) => others.push(payload));
    for (const round of ['first', 'second']) {
      const [pid] = await until(listenerPids, { what: 'the listener is connected' });
      await database.query('select pg_terminate_backend($1)', [pid]);
      await until(() => heard.includes(''), { what: `the handler is called after the ${round} loss` });
      await notify('stream', round);
      await until(() => heard.includes(round), { what: 'notifications arrive again' });
      expect(heard).toEqual(['', round]);
      expect(others).toEqual(['']);
      heard.length = 0;
      others.length = 0;
      expect(await listenerPids()).toHaveLength(1);
    }
  });

  it('keeps trying while nobody is let in', async () => {
    const heard: string[] = [];
    const { log, lines } = recordingLogger();
    const own = await testDatabase({ schema: 'patient', log });
    await own.listen('patient', (payload) => heard.push(payload));
    const name = new URL(own.url).pathname.slice(1);
    await database.query(`alter database "${name}" allow_connections false`);
    await database.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [name]);
    await until(() => lines.some((line) => line.msg.includes('was lost')), { what: 'the loss is noticed' });
    await expect(own.query('select 1')).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(heard).toEqual([]);
    await database.query(`alter database "${name}" allow_connections true`);
    await until(() => heard.length > 0, { what: 'the handler is called after the recovery' });
    expect(heard).toEqual(['']);
    await own.close();
  });

  it('gives the other handlers their turn when one throws', async () => {
    const { log, lines } = recordingLogger();
    const own = await openDatabase({
      url: `${database.url}?application_name=x`,
      schema: 'news',
      entities: [],
      migrations: [],
      log,
      clock: realClock(),
    });
    const heard: string[] = [];
    await own.listen('noisy', () => {
      throw new Error('broken handler');
    });
    await own.listen('noisy', (payload) => heard.push(payload));
    await notify('noisy', 'loud');
    await until(() => heard.length === 1, { what: 'the second handler is called' });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', channel: 'noisy' }));
    await own.close();
  });

  it('refuses clearly when the database cannot be reached, and a name that is too long', async () => {
    const gone = await testDatabase({ schema: 'gone' });
    const kept = await openDatabase({ url: gone.url, schema: 'gone', entities: [], migrations: [], log: testLogger(), clock: realClock() });
    await gone.close();
    await expect(kept.listen('any', () => undefined)).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await kept.close();
    await expect(database.listen('x'.repeat(64), () => undefined)).rejects.toThrow('longer than 63 bytes');
  });
});
