/** The PostgreSQL server of a test run: an embedded one in a temporary folder, or the one of DATABASE_URL. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/index.ts';
import { serverState } from '../database/embedded/postmaster.ts';
import { realClock } from '../time/index.ts';
import { testLogger } from './logger.ts';
import { until } from './until.ts';

export interface TestServer {
  /** Address of a database of the server in which others may be created. */
  readonly url: string;
  /** Databases of this run begin with it. */
  readonly prefix: string;
  /** Removes every database of the run, or the whole server with its folder. */
  close(): Promise<void>;
}

const FOLDER_PREFIX = 'nodo-aperto-test-';

/** Data of a test run is thrown away: here, and only here, nothing waits for the disk. */
const THROWAWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
  shared_buffers: '128MB',
  // Two instances of every service and more.
  max_connections: '400',
};

export async function startTestServer(): Promise<TestServer> {
  const prefix = `test_${randomBytes(4).toString('hex')}_`;
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, prefix, close: () => dropDatabases(given, prefix) };
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  // The server runs under another account when this is root.
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'owner'), String(process.pid));
  const server = await startIn(folder);
  const close = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: server.url, prefix, close };
}

function startIn(folder: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ folder: join(folder, 'pg'), log: testLogger(), clock: realClock(), settings: THROWAWAY_SETTINGS });
}

/** Ends the servers and removes the folders of runs that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const folder = join(tmpdir(), name);
    if (!(await isAbandoned(folder))) continue;
    // Old remains must not fail a new run: what cannot be removed stays for the operating system.
    await removeRun(folder).catch((error: unknown) =>
      testLogger().warn({ folder, error }, 'remains of a killed test run could not be removed'),
    );
  }
}

/** Its data are nobody's: a server that was left running is ended at once, and none is started only to be stopped. */
async function removeRun(folder: string): Promise<void> {
  await rm(join(folder, 'owner')); // of two runs that clean up, one goes on
  const data = await realpath(join(folder, 'pg')).catch(() => undefined);
  if (data !== undefined) await endServer(data);
  await rm(folder, { recursive: true, force: true });
}

async function endServer(data: string): Promise<void> {
  const state = await serverState(data);
  if (state.kind === 'READY' || state.kind === 'STARTING' || state.kind === 'STOPPING') process.kill(state.pid, 'SIGQUIT');
  const gone = async (): Promise<boolean> => ['ABSENT', 'ANOTHER_PROGRAM', 'ZOMBIE'].includes((await serverState(data)).kind);
  await until(gone, { what: `the server in ${data} to end`, timeoutMs: 10_000 });
}

async function isAbandoned(folder: string): Promise<boolean> {
  const owner = await readFile(join(folder, 'owner'), 'utf8').catch(() => undefined);
  const { uid } = await stat(folder);
  if (owner === undefined || uid !== process.getuid?.()) return false;
  try {
    process.kill(Number(owner), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [prefix]);
    for (const { datname } of rows) await client.query(`drop database if exists "${datname}" with (force)`);
  } finally {
    await client.end();
  }
}
