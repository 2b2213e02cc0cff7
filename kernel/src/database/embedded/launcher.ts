/** The embedded PostgreSQL: a real server from an npm package, on a folder of the project, reachable from this machine only. */
import type { ChildProcess } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import type { Logger } from '../../logging/index.ts';
import { type Clock, realClock } from '../../time/index.ts';
import { connect } from '../connection.ts';
import { EmbeddedPostgresError, sqlStateOf } from '../errors.ts';
import { type Access, becomeKeeper, isKept, releaseKeeper, rememberPort } from './access.ts';
import { commandOf, runTool } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { freePort } from '../../process/index.ts';
import { type ServerState, readPostmasterFile, serverState } from './postmaster.ts';
import { type StartResult, assertSettings, startServer } from './server.ts';

export interface EmbeddedPostgresOptions {
  /** The data folder, e.g. `.data/pg`; password, port and log are kept beside it. */
  folder: string;
  log: Logger;
  /** Measures how long the start took. */
  clock: Clock;
  /** A fixed port; without it the port of the last start, or a free one. */
  port?: number;
  /** Settings of PostgreSQL that differ from the launcher's. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  /** `postgres://…` of the platform's database, with the password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** True when the server was already running. */
  readonly adopted: boolean;
  /**
   * Stops the server (fast: open transactions are rolled back). A server that another living process takes care of is left running.
   * May be called twice. Signals are the caller's business: it closes its connections first.
   */
  stop(): Promise<void>;
}

const DATABASE = 'nodo';
const POLL_MS = 100;
const ZOMBIE_DEADLINE_MS = 10_000;
const BUSY_DEADLINE_MS = 30_000;
/** A server that another process has just started may be recovering. */
const STARTING_DEADLINE_MS = 180_000;
const STOP_SECONDS = 30;

// A server process takes real time to start, whatever the platform's clock does.
const machine = realClock();

/**
 * Starts the server of a data folder, making the folder the first time; adopts one that already runs there.
 * @throws EmbeddedPostgresError in one sentence: folder not writable, port taken, no programs for this machine, folder of another version
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  assertSettings(options.settings ?? {});
  const binaries = await findBinaries();
  const cluster = await openCluster(options.folder, binaries);
  return new Launcher(options, binaries, cluster).run();
}

class Launcher {
  readonly #options: EmbeddedPostgresOptions;
  readonly #binaries: Binaries;
  readonly #cluster: Cluster;
  readonly #began = machine.monotonic();
  readonly #clockBegan: number;

  constructor(options: EmbeddedPostgresOptions, binaries: Binaries, cluster: Cluster) {
    this.#options = options;
    this.#clockBegan = options.clock.monotonic();
    this.#binaries = binaries;
    this.#cluster = cluster;
  }

  /** Looks what runs on the folder and acts, until a server is ready or cannot be. */
  async run(): Promise<EmbeddedPostgres> {
    let avoidPort: number | undefined;
    for (;;) {
      const state = await serverState(this.#cluster.places.data);
      if (state.kind === 'READY') return this.#adopt(state.pid, state.port);
      if (state.kind === 'ZOMBIE' || state.kind === 'STARTING' || state.kind === 'STOPPING') {
        await this.#wait(state);
        continue;
      }
      const port = await this.#choosePort(avoidPort);
      const result = await this.#start(port);
      if (result.kind === 'STARTED') return this.#started(result.process, result.pid, port);
      if (result.kind === 'FAILED') throw this.#failure(`did not start: ${result.reason}`);
      if (result.kind === 'PORT_TAKEN') avoidPort = this.#refusePort(port);
      else await this.#wait(state, result.reason);
    }
  }

  async #start(port: number): Promise<StartResult> {
    const { settings = {} } = this.#options;
    // Before the server is ready, so that nobody who finds it ready takes it for an orphan.
    await becomeKeeper(this.#cluster.places);
    const result = await startServer({ cluster: this.#cluster, binaries: this.#binaries, port, settings, clock: machine });
    if (result.kind === 'FAILED' || result.kind === 'PORT_TAKEN') await releaseKeeper(this.#cluster.places);
    return result;
  }

  async #choosePort(avoid: number | undefined): Promise<number> {
    if (this.#options.port !== undefined) return this.#options.port;
    const remembered = this.#cluster.access.port;
    return remembered !== undefined && remembered !== avoid ? remembered : freePort();
  }

  #refusePort(port: number): number {
    if (this.#options.port !== undefined) {
      throw new EmbeddedPostgresError(`Port ${port} of this machine is in use by another program: name another port for the database.`);
    }
    this.#options.log.warn({ port }, 'the port of the database is in use by another program; another one is taken');
    return port;
  }

  async #wait(state: ServerState, reason?: string): Promise<void> {
    const waited = machine.monotonic() - this.#began;
    if (state.kind === 'ZOMBIE' && waited > ZOMBIE_DEADLINE_MS) {
      throw this.#failure(`cannot start, because its former process ${state.pid} has ended and was never collected by its parent`);
    }
    if (state.kind === 'ANOTHER_PROGRAM' && waited > ZOMBIE_DEADLINE_MS) {
      throw this.#failure(
        `cannot start, because its file postmaster.pid names process ${state.pid}, which now is another program (${state.program}): end that program, or remove the file once no PostgreSQL uses the folder`,
      );
    }
    const limit = state.kind === 'STARTING' ? STARTING_DEADLINE_MS : BUSY_DEADLINE_MS;
    if (waited > limit) throw this.#failure(`has been busy for ${limit / 1000} seconds (${reason ?? state.kind.toLowerCase()})`);
    await machine.sleep(POLL_MS);
  }

  async #started(child: ChildProcess, pid: number, port: number): Promise<EmbeddedPostgres> {
    const { places, access } = this.#cluster;
    await becomeKeeper(places);
    await rememberPort(places, access, port);
    await this.#prepareDatabase(port);
    const handle = new Handle({
      cluster: this.#cluster,
      binaries: this.#binaries,
      log: this.#options.log,
      pid,
      port,
      adopted: false,
      keeper: true,
    });
    child.once('exit', (code, signal) => handle.noticeEnd(code, signal));
    const milliseconds = Math.round(this.#options.clock.monotonic() - this.#clockBegan);
    this.#options.log.info({ port, pid, folder: places.data, milliseconds }, 'embedded PostgreSQL started');
    return handle;
  }

  async #adopt(pid: number, port: number): Promise<EmbeddedPostgres> {
    const { places, access } = this.#cluster;
    await this.#prepareDatabase(port);
    const keeper = !(await isKept(places));
    if (keeper) await becomeKeeper(places);
    await rememberPort(places, access, port);
    this.#options.log.info({ port, pid, folder: places.data, keeper }, 'embedded PostgreSQL was already running');
    return new Handle({ cluster: this.#cluster, binaries: this.#binaries, log: this.#options.log, pid, port, adopted: true, keeper });
  }

  /** Proves that the server is the folder's own, and makes the platform's database when there is none. */
  async #prepareDatabase(port: number): Promise<void> {
    const { places, access } = this.#cluster;
    const client = await connect({ url: urlOf(access, port, 'postgres'), applicationName: 'launcher' }, machine);
    try {
      const shown = await client.query<{ folder: string; found: boolean }>(
        `select current_setting('data_directory') as folder, exists (select from pg_database where datname = $1) as found`,
        [DATABASE],
      );
      const folder = shown.rows[0]?.folder ?? '';
      if ((await realpath(folder).catch(() => folder)) !== (await realpath(places.data))) {
        throw this.#failure(`is named by postmaster.pid as serving port ${port}, but the server there has data folder ${folder}`);
      }
      if (!shown.rows[0]?.found) await client.query(`create database ${DATABASE}`).catch(ignoreDuplicate);
    } finally {
      await client.end();
    }
  }

  #failure(what: string): EmbeddedPostgresError {
    const { data, log } = this.#cluster.places;
    return new EmbeddedPostgresError(`The database in ${data} ${what} (log: ${log}).`);
  }
}

function urlOf(access: Access, port: number, database: string): string {
  return `postgres://${access.user}:${access.password}@127.0.0.1:${port}/${database}`;
}

function ignoreDuplicate(error: unknown): void {
  const state = sqlStateOf(error);
  if (state !== '42P04' && state !== '23505') throw error;
}

interface HandleParts {
  cluster: Cluster;
  binaries: Binaries;
  log: Logger;
  pid: number;
  port: number;
  adopted: boolean;
  /** Whether stopping is this handle's business. */
  keeper: boolean;
}

class Handle implements EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly adopted: boolean;
  readonly #parts: HandleParts;
  #stopping: Promise<void> | undefined;

  constructor(parts: HandleParts) {
    this.url = urlOf(parts.cluster.access, parts.port, DATABASE);
    this.port = parts.port;
    this.pid = parts.pid;
    this.adopted = parts.adopted;
    this.#parts = parts;
  }

  noticeEnd(code: number | null, signal: NodeJS.Signals | null): void {
    if (!this.#stopping) this.#parts.log.error({ pid: this.pid, code, signal }, 'embedded PostgreSQL ended unexpectedly');
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#parts.keeper ? this.#stop() : Promise.resolve();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { places } = this.#parts.cluster;
    // The server may have been ended, and even started again, by someone else: only the one known here is stopped.
    if ((await readPostmasterFile(places.data))?.pid === this.pid) {
      if (!(await this.#pgCtlStop('fast'))) {
        this.#parts.log.warn({ pid: this.pid }, 'embedded PostgreSQL did not stop in time and is ended; the next start recovers');
        await this.#pgCtlStop('immediate');
      }
    }
    await releaseKeeper(places);
    this.#parts.log.info({ pid: this.pid }, 'embedded PostgreSQL stopped');
  }

  async #pgCtlStop(mode: 'fast' | 'immediate'): Promise<boolean> {
    const { cluster, binaries } = this.#parts;
    const args = ['stop', '-D', cluster.places.data, '-m', mode, '-w', '-t', String(STOP_SECONDS), '-s'];
    await runTool(commandOf(cluster.account, binaries.pgCtl, args));
    const state = await serverState(cluster.places.data);
    return state.kind === 'ABSENT' || state.kind === 'ZOMBIE' || ('pid' in state && state.pid !== this.pid);
  }
}
