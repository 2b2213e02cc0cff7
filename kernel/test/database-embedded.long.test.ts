import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres } from '../src/database/index.ts';
import { realClock } from '../src/time/index.ts';
import { freePort, recordingLogger, testLogger, until } from '../src/testing/index.ts';

const isRoot = process.getuid?.() === 0;
const onLinux = process.platform === 'linux';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'nodo-aperto-launcher-'));
  await chmod(base, 0o755);
});
afterAll(() => rm(base, { recursive: true, force: true }));

const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of running.splice(0).toReversed()) await server.stop();
});

async function start(folder: string, options: { port?: number; settings?: Record<string, string> } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder: join(base, folder, 'pg'), log: testLogger(), clock: realClock(), ...options });
  running.push(server);
  return server;
}

async function ask<Row>(server: { url: string }, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function isGone(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return state === undefined || state.slice(state.lastIndexOf(')') + 2).startsWith('Z');
}

/** The postmaster and every process it started. */
async function family(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return [pid, ...list.trim().split(' ').filter(Boolean).map(Number)];
}

async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended by itself when the first one was killed.
    }
  }
  await until(async () => (await Promise.all(pids.map(isGone))).every(Boolean), { what: 'the killed processes are gone' });
}

/** A process of its own that starts the server and then says what it got, one line of JSON. */
async function startElsewhere(
  folder: string,
  account: { uid?: number; gid?: number } = {},
): Promise<{ child: ChildProcess; said: Record<string, unknown> }> {
  const source = (room: string): string => JSON.stringify(new URL(`../src/${room}/index.ts`, import.meta.url).href);
  const script = `
    import { startEmbeddedPostgres } from ${source('database')};
    import { realClock } from ${source('time')};
    import { createLogger } from ${source('logging')};
    const log = createLogger({ service: 'elsewhere', level: 'silent' });
    try {
      const { url, port, pid, adopted } = await startEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, log, clock: realClock() });
      console.log(JSON.stringify({ url, port, pid, adopted }));
      await new Promise((resolve) => process.stdin.on('end', resolve).resume());
    } catch (error) {
      console.log(JSON.stringify({ name: error.name, message: error.message }));
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...account,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, said: JSON.parse(line) as Record<string, unknown> };
}

describe('embedded PostgreSQL', () => {
  it('makes a durable database that only this machine reaches, and remembers its port', async () => {
    const server = await start('new');
    expect(server.adopted).toBe(false);
    const [facts] = await ask<Record<string, unknown>>(
      server,
      `select current_database() as database, current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
              current_setting('data_checksums') as checksums, current_setting('listen_addresses') as listens,
              current_setting('unix_socket_directories') as sockets, current_setting('max_connections') as connections,
              current_setting('server_encoding') as encoding, current_setting('password_encryption') as passwords,
              (select concat(datlocprovider, ':', datlocale) from pg_database where datname = current_database()) as locale`,
    );
    expect(facts).toEqual({
      database: 'nodo',
      fsync: 'on',
      full_page_writes: 'on',
      checksums: 'on',
      listens: '127.0.0.1',
      sockets: '',
      connections: '200',
      encoding: 'UTF8',
      passwords: 'scram-sha-256',
      locale: 'b:C.UTF-8',
    });
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(ask({ url: wrong.href }, 'select 1')).rejects.toThrow('password authentication failed');
    const folder = join(base, 'new');
    expect((await stat(join(folder, 'pg'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'pg.access.json'))).mode & 0o777).toBe(0o600);
    await server.stop();
    await server.stop();
    await expect(ask(server, 'select 1')).rejects.toThrow('ECONNREFUSED');
    expect(await readdir(join(folder, 'pg'))).not.toContain('postmaster.pid');
    const second = await start('new');
    expect(second).toMatchObject({ adopted: false, port: server.port, url: server.url });
  });

  it.runIf(onLinux)('start, adopt, kill -9 of every process, start again: nothing acknowledged is lost', async () => {
    const server = await start('durable');
    await ask(server, 'create table ledger (id integer primary key)');
    const other = await start('durable');
    expect(other).toMatchObject({ adopted: true, port: server.port, pid: server.pid });
    // The one who started it takes care of it: the other must not take it away.
    await other.stop();
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);

    const client = new Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    let acknowledged = 0;
    const writing = (async () => {
      for (let id = 1; ; id += 1) {
        await client.query('insert into ledger values ($1)', [id]);
        acknowledged = id;
      }
    })().catch(() => undefined);
    await until(() => acknowledged >= 200, { what: 'rows have been acknowledged' });
    await killAll(await family(server.pid));
    await writing;

    const again = await start('durable');
    expect(again).toMatchObject({ adopted: false, port: server.port });
    const [row] = await ask<{ rows: string }>(again, 'select count(*) as rows from ledger');
    expect(Number(row?.rows)).toBeGreaterThanOrEqual(acknowledged);
  });

  it('adopts the server of a process that was killed, and then takes care of it', async () => {
    const folder = join(base, 'orphan', 'pg');
    const { child, said } = await startElsewhere(folder);
    expect(said).toMatchObject({ adopted: false });
    await ask({ url: String(said.url) }, 'create table kept (id integer)');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const server = await start('orphan');
    expect(server).toMatchObject({ adopted: true, port: said.port, pid: said.pid });
    expect(await ask(server, 'select * from kept')).toEqual([]);
    await server.stop();
    await expect(ask(server, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('leaves a server to the living process that started it', async () => {
    const { child, said } = await startElsewhere(join(base, 'kept', 'pg'));
    const guest = await start('kept');
    expect(guest).toMatchObject({ adopted: true, pid: said.pid });
    await guest.stop();
    expect(await ask(guest, 'select 1 as one')).toEqual([{ one: 1 }]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await start('kept')).toMatchObject({ adopted: true, pid: said.pid });
  });

  it('started twice at the same moment on a new folder is one server', async () => {
    const servers = await Promise.all([startElsewhere(join(base, 'race', 'pg')), start('race'), startElsewhere(join(base, 'race', 'pg'))]);
    const [first, second, third] = [servers[0].said, servers[1], servers[2].said];
    expect([first.pid, third.pid]).toEqual([second.pid, second.pid]);
    expect([first.adopted, second.adopted, third.adopted].filter((adopted) => !adopted)).toHaveLength(1);
    expect((await readdir(join(base, 'race'))).filter((name) => name.includes('making'))).toEqual([]);
    for (const { child } of [servers[0], servers[2]]) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    // Whoever started it is gone: this process takes it over and stops it after the test.
    expect(await start('race')).toMatchObject({ pid: second.pid });
  });

  it('takes another port when its own is in use, unless a port was demanded', async () => {
    const first = await start('ports');
    await first.stop();
    const blocker = createServer();
    await new Promise<void>((resolve) => {
      blocker.listen(first.port, '127.0.0.1', resolve);
    });
    const { log, lines } = recordingLogger();
    const second = await startEmbeddedPostgres({ folder: join(base, 'ports', 'pg'), log, clock: realClock() });
    running.push(second);
    expect(second.port).not.toBe(first.port);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', port: first.port }));
    await second.stop();
    await expect(start('ports', { port: first.port })).rejects.toThrow(`Port ${first.port} of this machine is in use by another program`);
    await new Promise((resolve) => {
      blocker.close(resolve);
    });
    const demanded = await freePort();
    expect((await start('ports', { port: demanded })).port).toBe(demanded);
  });

  it('says in one sentence why a folder cannot be used', async () => {
    await mkdir(join(base, 'files', 'pg'), { recursive: true });
    await writeFile(join(base, 'files', 'pg', 'notes.txt'), 'mine');
    await expect(start('files')).rejects.toThrow(/files\/pg holds other files and no database/);
    await writeFile(join(base, 'plain'), '');
    await expect(start('plain')).rejects.toThrow(/plain\/pg cannot be made, because a part of its path is a file/);
    await mkdir(join(base, 'old', 'pg'), { recursive: true });
    await writeFile(join(base, 'old', 'pg', 'PG_VERSION'), '15\n');
    await expect(start('old')).rejects.toThrow(/old\/pg belongs to PostgreSQL 15, these programs are PostgreSQL 18/);
    await writeFile(join(base, 'old', 'pg', 'PG_VERSION'), '18\n');
    await expect(start('old')).rejects.toThrow(/password file .*old\/pg\.access\.json is missing/);
    await expect(start('settings', { settings: { listen_addresses: '*' } })).rejects.toThrow('The setting listen_addresses');
    await expect(start('settings', { settings: { shared_buffers: 'plenty' } })).rejects.toThrow(/did not start: .*shared_buffers/);
    await expect(start('settings', { settings: { shared_buffers: 'plenty' } })).rejects.toBeInstanceOf(EmbeddedPostgresError);
  });

  it.runIf(isRoot)('says that a folder is not writable', async () => {
    const folder = join(base, 'mine-only');
    await mkdir(folder, { mode: 0o755 });
    const { said } = await startElsewhere(join(folder, 'pg'), { uid: 65_534, gid: 65_534 });
    expect(said).toEqual({
      name: 'EmbeddedPostgresError',
      message: `The data folder ${join(folder, 'pg')} is not writable by user nobody.`,
    });
    const server = await start('of-root');
    const existing = await startElsewhere(join(base, 'of-root', 'pg'), { uid: 65_534, gid: 65_534 });
    expect(existing.said.message).toBe(`The data folder ${join(base, 'of-root', 'pg')} is not writable by user nobody.`);
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it.runIf(isRoot)('serves an ordinary user from a folder of that user', async () => {
    const folder = join(base, 'ordinary');
    await mkdir(folder, { mode: 0o755 });
    await chown(folder, 65_534, 65_534);
    const { child, said } = await startElsewhere(join(folder, 'pg'), { uid: 65_534, gid: 65_534 });
    expect(said).toMatchObject({ adopted: false });
    expect((await stat(join(folder, 'pg'))).uid).toBe(65_534);
    expect(await ask({ url: String(said.url) }, 'select 1 as one')).toEqual([{ one: 1 }]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await start('ordinary')).toMatchObject({ adopted: true, pid: said.pid });
  });

  it.runIf(isRoot)('runs under a folder that only root may enter', async () => {
    const folder = join(base, 'closed');
    await mkdir(folder, { mode: 0o700 });
    await mkdir(join(folder, 'data'), { mode: 0o755 });
    const server = await start('closed/data');
    await ask(server, 'create table kept (id integer)');
    expect((await stat(join(folder, 'data', 'pg'))).uid).toBe(0);
    await killAll(await family(server.pid));
    const again = await start('closed/data');
    expect(again.adopted).toBe(false);
    expect(await ask(again, 'select * from kept')).toEqual([]);
    await again.stop();
    await expect(ask(again, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it.runIf(onLinux && isRoot)('is not misled by a process number that was given out again', async () => {
    const server = await start('reused');
    await ask(server, 'create table kept (id integer)');
    await killAll(await family(server.pid));
    const file = join(base, 'reused', 'pg', 'postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [String(process.pid), ...lines.slice(1)].join('\n'));
    const again = await start('reused');
    expect(again.adopted).toBe(false);
    expect(await ask(again, 'select * from kept')).toEqual([]);
  });

  it.runIf(onLinux)('removes what a start that was killed half-way left', async () => {
    await mkdir(join(base, 'halfway', 'pg.making-4194304'), { recursive: true });
    await start('halfway');
    expect((await readdir(join(base, 'halfway'))).toSorted()).toEqual(['pg', 'pg.access.json', 'pg.keeper.json', 'pg.log']);
  });
});
