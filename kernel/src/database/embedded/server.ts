/** One start of the server: the process, its settings, and what its log says when it refuses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../../time/index.ts';
import { EmbeddedPostgresError } from '../errors.ts';
import { commandOf, environment } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { readPostmasterFile } from './postmaster.ts';

/** For a machine with two cores that runs the whole platform; durability is never traded away here. */
export const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '200',
  shared_buffers: '192MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  wal_compression: 'on',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  // Short statements: compiling them, or spreading one over both cores, costs more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  autovacuum_naptime: '30s',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %q%a ',
};

const FIXED = new Set(['listen_addresses', 'port', 'unix_socket_directories', 'data_directory', 'hba_file', 'logging_collector']);

export interface StartOptions {
  cluster: Cluster;
  binaries: Binaries;
  port: number;
  settings: Readonly<Record<string, string>>;
  clock: Clock;
}

export type StartResult =
  | { kind: 'STARTED'; process: ChildProcess; pid: number }
  /** The port is in use. */
  | { kind: 'PORT_TAKEN' }
  /** Another server has the folder, or processes of an earlier one are still ending: look again. */
  | { kind: 'FOLDER_BUSY'; reason: string }
  | { kind: 'FAILED'; reason: string };

/** @throws EmbeddedPostgresError when a setting is one the launcher decides */
export function assertSettings(settings: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(settings)) {
    if (FIXED.has(name.toLowerCase())) throw new EmbeddedPostgresError(`The setting ${name} of the embedded database cannot be changed.`);
    if (!/^[a-z_][a-z0-9_.]*$/i.test(name)) throw new EmbeddedPostgresError(`"${name}" is not the name of a setting of PostgreSQL.`);
  }
}

const LOG_LIMIT_BYTES = 16 << 20;
const POLL_MS = 15;
/** Recovery after a crash replays at most max_wal_size; it is waited for as long as the process lives, up to this. */
const START_DEADLINE_MS = 180_000;

/** Starts the server and waits until it accepts connections or ends. It outlives this process: a later start adopts it. */
export async function startServer(options: StartOptions): Promise<StartResult> {
  const log = await openLog(options.cluster.places.log);
  try {
    const { size: logStart } = await log.stat();
    const child = launch(options, log);
    const ended = new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(`the program cannot be run (${error.message})`));
      child.once('exit', () => resolve(undefined));
    });
    const outcome = await Promise.race([ended.then((error) => ({ error })), untilReady(options, child)]);
    if (outcome === 'READY') {
      child.unref();
      return { kind: 'STARTED', process: child, pid: child.pid ?? 0 };
    }
    if (outcome.error !== undefined) return { kind: 'FAILED', reason: outcome.error };
    return classify(await readFrom(options.cluster.places.log, logStart));
  } finally {
    await log.close();
  }
}

function launch({ cluster, binaries, port, settings }: StartOptions, log: FileHandle): ChildProcess {
  const all = { ...DEFAULT_SETTINGS, ...settings, listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { file, args, uid, gid } = commandOf(cluster.account, binaries.postgres, ['-D', cluster.places.data, ...flags]);
  // A session of its own: Ctrl-C in the terminal must not reach the server before the platform has closed its connections.
  return spawn(file, args, {
    uid,
    gid,
    env: environment(),
    cwd: '/',
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
  });
}

async function untilReady({ cluster, clock }: StartOptions, child: ChildProcess): Promise<'READY'> {
  const began = clock.monotonic();
  while (child.exitCode === null && child.signalCode === null) {
    const file = await readPostmasterFile(cluster.places.data);
    if (file?.pid === child.pid && file?.status === 'ready') return 'READY';
    if (clock.monotonic() - began > START_DEADLINE_MS) {
      throw new EmbeddedPostgresError(
        `The database in ${cluster.places.data} is still recovering after ${START_DEADLINE_MS / 1000} seconds and goes on by itself: try again later (log: ${cluster.places.log}).`,
      );
    }
    await clock.sleep(POLL_MS);
  }
  // The exit is reported by the other side of the race.
  return new Promise(() => undefined);
}

/** What the messages of a start that ended mean. */
export function classify(log: string): StartResult {
  const reasons = log.split('\n').filter((line) => /(FATAL|PANIC|ERROR|LOG|HINT):/.test(line));
  const fatal = reasons.find((line) => /(FATAL|PANIC):/.test(line));
  const reason = (fatal ?? log.trim().split('\n').at(-1) ?? '').replace(/^.*?(FATAL|PANIC):\s*/, '').trim();
  if (/could not bind IPv[46] address/.test(log) && /in use|denied|EADDRINUSE/i.test(log)) return { kind: 'PORT_TAKEN' };
  if (/lock file "postmaster\.pid" already exists|pre-existing shared memory block/.test(log)) return { kind: 'FOLDER_BUSY', reason };
  return { kind: 'FAILED', reason: reason || 'it ended without a message' };
}

/** Appends; starts over when the file has grown large. */
async function openLog(path: string): Promise<FileHandle> {
  const log = await open(path, 'a', 0o600);
  if ((await log.stat()).size > LOG_LIMIT_BYTES) await log.truncate();
  return log;
}

async function readFrom(path: string, start: number): Promise<string> {
  const log = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await log.read(Buffer.alloc(16_384), 0, 16_384, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await log.close();
  }
}
