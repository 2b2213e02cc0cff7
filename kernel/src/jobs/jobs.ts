/** Work that outlives a request: pieces asked for, and recurrent runs. Kept in the database, so nothing is lost with a process. */
import { runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { connectionOptions } from '../database/connection.ts';
import { type Database, openDatabase, type Transaction } from '../database/index.ts';
import { currentTrace } from '../events/trace.ts';
import { InputError, InvariantError, NotFoundError, UnavailableError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { cryptographicStream, type RandomStream } from '../random/index.ts';
import { type Clock, DeadlineExceededError, MINUTE, realClock, withDeadline } from '../time/index.ts';
import type { FailedTask, JobDefinition, JobName, JobRun, TaskDefinition } from './definitions.ts';
import { type Lease, startLease } from './lease.ts';
import { type JobsMetrics, jobsMetrics } from './metrics.ts';
import { JOBS_SCHEMA, jobsMigrations } from './migrations.ts';
import { queuePool } from './pool.ts';
import { addJob, countActive, countByTask, listFailed, retime, retryFailed, wakeDue } from './queue.ts';
import { establish, forcedRun, RECURRENT_PREFIX, recurrentTask, taskNameOf } from './recurrent.ts';
import { queueLogger, startRunner } from './runner.ts';
import { RUN_CHANNEL, type RunRecord, runRecord } from './runs.ts';
import { checkedPayload, queueTask } from './tasks.ts';
import { takenJobs } from './taken.ts';

export interface EnqueueOptions {
  /** Not before this instant, epoch milliseconds of platform time; at once by default. */
  readonly runAtMs?: number;
  /** Only one piece of a key waits at a time: a later one takes its place. One that already runs is left alone. */
  readonly key?: string;
  /** Pieces of one queue run one after the other. Few queues, please: not one for each thing. */
  readonly queue?: string;
}

export interface Jobs extends AsyncDisposable {
  /**
   * Asks for a piece of work. With a transaction it exists exactly when that commits (the transaction may be of any schema of the same
   * database); the commit then carries a NOTIFY, which makes it wait for others of its kind: keep it off the hottest paths.
   * @throws InvariantError when the task is hosted here and the payload does not have its shape
   */
  enqueue(transaction: Transaction | undefined, task: string, payload: unknown, options?: EnqueueOptions): Promise<void>;
  /**
   * Runs recurrent work now, in whichever process hosts it, and answers when the run has finished (also when it failed: see `state`).
   * @throws NotFoundError for a name nobody hosts; UnavailableError when it has not finished within the deadline (real milliseconds)
   */
  runNow(name: JobName, options: { deadlineMs: number }): Promise<JobRun>;
  /** Begins to work on what this process hosts. Once only. */
  start(definitions: { jobs?: readonly JobDefinition[]; tasks?: readonly TaskDefinition[] }): Promise<void>;
  /** Makes everything run that is due by the platform's clock, and what waits for another try; to be called after the clock was moved. */
  wake(): Promise<void>;
  /** Waits until nothing that this process hosts runs or is due. @throws DeadlineExceededError */
  settled(deadlineMs: number): Promise<void>;
  /** Latest runs of recurrent work, newest first. */
  runs(options: { name?: JobName; first: number }): Promise<JobRun[]>;
  /** Pieces of work whose last try failed, oldest first; `after` is the id of the last one seen. */
  failed(options: { first: number; after?: string }): Promise<FailedTask[]>;
  /** Gives a failed piece of work all its tries again. @throws NotFoundError */
  retry(id: string): Promise<void>;
  /** Takes no more work and waits for what runs; after five seconds its signal is aborted, and what does not end is left to others. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  url: string;
  clock: Clock;
  log: Logger;
  metrics?: Metrics;
  random?: RandomStream;
  /** Pieces of work at a time; 8 by default. */
  concurrency?: number;
  /** Longest time of one run of recurrent work; ten minutes by default. Real time. */
  runDeadlineMs?: number;
  /** How often workers that are gone are looked for, and how long a job must have been taken before it is; 5 seconds each by default. */
  leaseMs?: number;
  migrate?: boolean;
}

const CONCURRENCY = 8;
const RUN_DEADLINE_MS = 10 * MINUTE;
const LEASE_MS = 5_000;
const POLL_MS = { shortest: 100, longest: 1_000 };
const DEFAULT_ATTEMPTS = 25;
const LARGEST_PAYLOAD = 262_144;
const WAIT_POLL_MS = 500;

/** Opens the queue: makes its schemas where they are missing, and is ready to take work. Nothing runs before `start`. */
export async function postgresJobs(options: JobsOptions): Promise<Jobs> {
  const { url, clock, log, concurrency = CONCURRENCY, migrate } = options;
  const database = await openDatabase({
    url,
    schema: JOBS_SCHEMA,
    entities: [],
    migrations: jobsMigrations,
    log,
    clock,
    poolSize: 4,
    migrate,
  });
  // The worker holds one connection to listen, and one for each job that it fetches or finishes.
  const pool = queuePool({ ...connectionOptions({ url, applicationName: 'jobs' }), max: concurrency + 2 });
  const onLost = (error: Error): void => log.debug({ err: error }, 'a connection of the jobs was lost');
  pool.on('error', onLost);
  pool.on('connect', (client) => client.on('error', onLost));
  try {
    await runMigrations({ pgPool: pool, taskList: {}, parsedCronItems: [], logger: queueLogger(log) });
    const queue = new DatabaseJobs(options, database, pool);
    await queue.listen();
    return queue;
  } catch (error) {
    await pool.end();
    await database.close();
    throw error;
  }
}

class DatabaseJobs implements Jobs {
  readonly #options: JobsOptions;
  readonly #database: Database;
  readonly #pool: Pool;
  readonly #runs: RunRecord;
  readonly #waits = realClock();
  readonly #random: RandomStream;
  readonly #metrics: JobsMetrics | undefined;
  readonly #tasks = new Map<string, TaskDefinition>();
  readonly #waiting = new Map<string, () => void>();
  #hosted: string[] = [];
  #lease: Lease | undefined;
  #runner: { stop(): Promise<void> } | undefined;
  #started = false;
  #stopping: Promise<void> | undefined;

  constructor(options: JobsOptions, database: Database, pool: Pool) {
    this.#options = options;
    this.#database = database;
    this.#pool = pool;
    this.#random = options.random ?? cryptographicStream();
    this.#runs = runRecord(database, options.clock);
    this.#metrics = options.metrics && jobsMetrics(options.metrics, () => countByTask(database));
  }

  /** Hears of runs that end, in any process. An empty payload means that some may have been missed. */
  async listen(): Promise<void> {
    await this.#database.listen(RUN_CHANNEL, (id) => {
      if (id !== '') this.#waiting.get(id)?.();
      else for (const wake of this.#waiting.values()) wake();
    });
  }

  async enqueue(transaction: Transaction | undefined, task: string, payload: unknown, options: EnqueueOptions = {}): Promise<void> {
    if (task.startsWith(RECURRENT_PREFIX)) throw new InvariantError(`"${task}" is recurrent work; ask for it by runNow()`);
    const { clock } = this.#options;
    const definition = this.#tasks.get(task);
    const data = definition ? checkedPayload(definition, payload) : payload;
    const trace = currentTrace();
    const envelope = { data, dueAt: options.runAtMs ?? clock.now(), ...(trace !== undefined && { trace }) };
    const size = JSON.stringify(data)?.length ?? 0;
    if (size > LARGEST_PAYLOAD)
      throw new InvariantError(`A payload of the task ${task} has ${size} characters; the limit is ${LARGEST_PAYLOAD}`);
    const { key, queue } = options;
    await addJob(
      transaction ?? this.#database,
      { task, envelope, key, queue, maxAttempts: definition?.maxAttempts ?? DEFAULT_ATTEMPTS },
      clock,
    );
  }

  async runNow(name: JobName, { deadlineMs }: { deadlineMs: number }): Promise<JobRun> {
    const { clock } = this.#options;
    const known = await this.#database.query('select 1 from job where name = $1', [name]);
    if (known.length === 0) throw new NotFoundError(`No service has a job named "${name}"`);
    const id = this.#random.uuid();
    const ended = this.#endOf(id);
    try {
      await this.#database.transaction(async (transaction) => {
        await transaction.query(`insert into run (id, name, state, forced, requested_at) values ($1, $2, 'QUEUED', true, $3)`, [
          id,
          name,
          clock.date(),
        ]);
        await addJob(transaction, forcedRun(name, id, clock.now()), clock);
      });
      return await withDeadline(this.#waits, deadlineMs, `the job ${name}`, (signal) => ended.wait(signal));
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
      if (await this.#runs.cancel(id))
        throw new UnavailableError(`The job ${name} could not begin within ${deadlineMs} ms: no service took it`);
      throw new UnavailableError(
        `The job ${name} has not finished within ${deadlineMs} ms; it goes on, and its run ${id} can be looked up`,
      );
    } finally {
      this.#waiting.delete(id);
    }
  }

  async start({ jobs = [], tasks = [] }: { jobs?: readonly JobDefinition[]; tasks?: readonly TaskDefinition[] }): Promise<void> {
    if (this.#started) throw new InvariantError('The jobs of this process have been started already');
    this.#started = true;
    const { url, log, concurrency = CONCURRENCY, leaseMs = LEASE_MS, runDeadlineMs = RUN_DEADLINE_MS, clock } = this.#options;
    const shared = {
      database: this.#database,
      runs: this.#runs,
      clock,
      waits: this.#waits,
      log,
      random: this.#random,
      metrics: this.#metrics,
    };
    const list = new Map(jobs.map((job) => [taskNameOf(job.name), recurrentTask(job, { ...shared, runDeadlineMs })]));
    for (const task of tasks) {
      if (list.has(task.name) || task.name.startsWith(RECURRENT_PREFIX))
        throw new InvariantError(`The task name "${task.name}" cannot be used`);
      this.#tasks.set(task.name, task);
      list.set(task.name, queueTask(task, shared));
    }
    this.#hosted = [...list.keys()];
    if (this.#hosted.length === 0) return;
    for (const job of jobs) await establish(job, shared);
    const taken = takenJobs(this.#waits);
    this.#lease = startLease({
      url,
      database: this.#database,
      waits: this.#waits,
      log,
      checkMs: leaseMs,
      graceMs: leaseMs,
      recurrentPrefix: RECURRENT_PREFIX,
      taken,
    });
    this.#runner = await startRunner({
      pool: this.#pool,
      tasks: Object.fromEntries(list),
      lease: this.#lease,
      taken,
      concurrency,
      pollMs: this.#pollMs(jobs),
      waits: this.#waits,
      log,
    });
  }

  async wake(): Promise<void> {
    const { clock } = this.#options;
    await retime(this.#database, clock);
    await wakeDue(this.#database, clock);
  }

  async settled(deadlineMs: number): Promise<void> {
    await withDeadline(this.#waits, deadlineMs, 'settling of the jobs', async (signal) => {
      while (!signal.aborted && (await countActive(this.#database, this.#hosted)) > 0) await this.#waits.sleep(10, signal);
    });
  }

  runs({ name, first }: { name?: JobName; first: number }): Promise<JobRun[]> {
    return this.#runs.list(name, checkedFirst(first));
  }

  failed({ first, after = '0' }: { first: number; after?: string }): Promise<FailedTask[]> {
    return listFailed(this.#database, RECURRENT_PREFIX, checkedId(after, 'after'), checkedFirst(first));
  }

  async retry(id: string): Promise<void> {
    const found = await retryFailed(this.#database, checkedId(id, 'id'));
    if (!found) throw new NotFoundError(`There is no failed task ${id}`);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    await this.#runner?.stop();
    await this.#lease?.release();
    await this.#pool.end();
    await this.#database.close();
  }

  /** Waits for the end of a run: told by notification, looked up now and then in case one was lost. */
  #endOf(id: string): { wait(signal: AbortSignal): Promise<JobRun> } {
    let wake: () => void = () => undefined;
    let told = false;
    this.#waiting.set(id, () => {
      told = true;
      wake();
    });
    const wait = async (signal: AbortSignal): Promise<JobRun> => {
      while (!signal.aborted) {
        told = false;
        const run = await this.#runs.get(id);
        if (run?.finishedAt !== undefined) return run;
        if (told) continue;
        const look = new AbortController();
        wake = () => look.abort();
        await this.#waits.sleep(WAIT_POLL_MS, AbortSignal.any([look.signal, signal])).catch(() => undefined);
      }
      throw signal.reason;
    };
    return { wait };
  }

  /** Often enough for the most frequent job, also when the platform's time is accelerated. */
  #pollMs(jobs: readonly JobDefinition[]): number {
    const shortest = Math.min(...jobs.map((job) => this.#options.clock.realDelay(job.everyMs) / 4), POLL_MS.longest);
    return Math.max(POLL_MS.shortest, Math.floor(shortest));
  }
}

function checkedFirst(first: number): number {
  if (Number.isInteger(first) && first >= 1 && first <= 100) return first;
  throw InputError.at('first', `first is ${first}`, 'a whole number from 1 to 100');
}

function checkedId(id: string, path: string): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw InputError.at(path, 'it is not the id of a task', 'an id of the list of failed tasks');
}
