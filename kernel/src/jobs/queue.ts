/**
 * What this room says to graphile-worker in SQL. Its documented functions and view are used, with two exceptions: `wake` reads the payload
 * column, which only the table behind the view has, and single jobs of a living worker can be freed in the tables only. The version is pinned;
 * the tests of the two fail when a new one changes that.
 */
import type { Database, Transaction } from '../database/index.ts';
import { type Clock, fromDate } from '../time/index.ts';
import type { FailedTask } from './definitions.ts';
import type { MarkedJob } from './taken.ts';

/** What travels in a job's payload column. */
export interface Envelope {
  readonly data: unknown;
  /** When it is to run, epoch milliseconds of platform time: the queue itself knows real time only. */
  readonly dueAt: number;
  /** W3C trace context of whoever asked. */
  readonly trace?: string;
}

export interface QueuedJob {
  readonly task: string;
  readonly envelope: Envelope;
  /** Only one job of a key waits at a time: a later one takes its place. */
  readonly key?: string;
  /** Jobs of one queue run one after the other. */
  readonly queue?: string;
  readonly maxAttempts: number;
  /** Lower runs first. */
  readonly priority?: number;
}

type Executor = Pick<Database | Transaction, 'query'>;

const ADD = `select graphile_worker.add_job($1, payload => $2::json, queue_name => $3, run_at => now() + $4 * interval '1 millisecond',
  max_attempts => $5, job_key => $6, priority => $7)`;

/** Adds a job; inside a transaction it exists exactly when the transaction commits. */
export async function addJob(executor: Executor, job: QueuedJob, clock: Clock): Promise<void> {
  await executor.query(ADD, parametersOf(job, clock), { name: 'jobs_add' });
}

/** Adds a job unless one of its key waits already and comes no later. */
export async function addJobUnlessWaiting(executor: Executor, job: QueuedJob, clock: Clock, latestDelayMs: number): Promise<void> {
  await executor.query(
    `${ADD} where not exists (select 1 from graphile_worker.jobs as waiting where waiting.key = $6
      and waiting.attempts < waiting.max_attempts and waiting.run_at <= now() + $8 * interval '1 millisecond')`,
    [...parametersOf(job, clock), clock.realDelay(latestDelayMs)],
  );
}

function parametersOf(job: QueuedJob, clock: Clock): unknown[] {
  // A delay, not an instant: only the database's clock decides when it is over.
  const delay = clock.realDelay(Math.max(0, job.envelope.dueAt - clock.now()));
  return [job.task, JSON.stringify(job.envelope), job.queue ?? null, delay, job.maxAttempts, job.key ?? null, job.priority ?? 0];
}

const NUDGE = `pg_notify('jobs:insert', '{"count":100}')`;

/** Makes everything run now that is due by the platform's clock, and what waits for another try. */
export async function wakeDue(database: Database, clock: Clock): Promise<number> {
  const [row] = await database.query<{ woken: number }>(
    `with due as (
      select array(select job.id from graphile_worker._private_jobs as job where job.locked_at is null and job.attempts < job.max_attempts
        and job.run_at > now() and ((job.payload ->> 'dueAt')::float8 <= $1 or job.attempts > 0)) as ids
    ), woken as materialized (
      select count(*)::integer as count from due, lateral graphile_worker.reschedule_jobs(due.ids, run_at => now())
    )
    select count as woken, ${NUDGE} from woken`,
    [clock.now()],
  );
  return row?.woken ?? 0;
}

/** Moves what waits for its time to where the platform's clock, at its present speed, will reach it. */
export async function retime(database: Database, clock: Clock): Promise<void> {
  await database.query(
    `select graphile_worker.reschedule_jobs(array[job.id],
        run_at => now() + greatest(0, (job.payload ->> 'dueAt')::float8 - $1) * $2::float8 * interval '1 millisecond')
      from graphile_worker._private_jobs as job
      where job.locked_at is null and job.attempts = 0 and job.run_at > now()`,
    [clock.now(), clock.realDelay(1)],
  );
}

/** How many jobs of these tasks run, or could run now. */
export async function countActive(database: Database, tasks: readonly string[]): Promise<number> {
  const [row] = await database.query<{ active: number }>(
    `select count(*)::integer as active from graphile_worker.jobs
      where task_identifier = any($1::text[]) and (locked_at is not null or (attempts < max_attempts and run_at <= now()))`,
    [[...tasks]],
  );
  return row?.active ?? 0;
}

/** How many jobs wait and how many failed for good, by task. */
export async function countByTask(database: Database): Promise<{ task: string; waiting: number; failed: number }[]> {
  return database.query(
    `select task_identifier as task, (count(*) filter (where attempts < max_attempts))::integer as waiting,
      (count(*) filter (where attempts >= max_attempts and locked_at is null))::integer as failed
      from graphile_worker.jobs group by task_identifier`,
  );
}

const FAILED = 'attempts >= max_attempts and locked_at is null';

/** Jobs whose last try failed, except those of recurrent work, oldest first. */
export async function listFailed(database: Database, ownPrefix: string, after: string, first: number): Promise<FailedTask[]> {
  const rows = await database.query<{ id: string; task: string; key: string | null; attempts: number; error: string | null; at: Date }>(
    `select id::text as id, task_identifier as task, key, attempts, last_error as error, updated_at as at from graphile_worker.jobs
      where ${FAILED} and not starts_with(task_identifier, $1) and id > $2::bigint order by jobs.id limit $3`,
    [ownPrefix, after, first],
  );
  return rows.map(({ id, task, key, attempts, error, at }) => ({
    id,
    task,
    ...(key !== null && { key }),
    attempts,
    error: error ?? 'The process that ran it ended',
    failedAt: fromDate(at),
  }));
}

/** Gives a failed job all its tries again. False when there is none of that id. */
export async function retryFailed(database: Database, id: string): Promise<boolean> {
  const rows = await database.query(
    `select job.id, ${NUDGE} from graphile_worker.jobs as failed,
      lateral graphile_worker.reschedule_jobs(array[failed.id], run_at => now(), attempts => 0) as job
      where failed.id = $1::bigint and failed.attempts >= failed.max_attempts and failed.locked_at is null`,
    [id],
  );
  return rows.length > 0;
}

/**
 * Removes runs of recurrent work that a dying process left behind: their successors are queued already.
 * @param prefix what the names of their tasks begin with
 */
export async function removeLeftovers(database: Database, prefix: string): Promise<void> {
  await database.query(
    `select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs where starts_with(task_identifier, $1) and ${FAILED}))`,
    [prefix],
  );
}

/**
 * Frees the jobs of worker pools that are gone, so that others take them at once instead of after four hours. Every living pool holds an
 * advisory lock in its name (lease.ts); a lock that can be had belongs to nobody. Jobs taken in the last seconds are left alone: their
 * pool may be about to take its lock.
 */
export async function freeAbandoned(database: Database, leasePrefix: string, graceMs: number): Promise<string[]> {
  const rows = await database.query<{ holder: string }>(
    `with holder as materialized (
      select locked_by as name from graphile_worker.jobs where locked_by is not null
      group by locked_by having max(locked_at) < now() - $2 * interval '1 millisecond'
    ), gone as materialized (
      select name from holder where pg_try_advisory_xact_lock(hashtextextended($1 || name, 0))
    ), freed as materialized (
      select graphile_worker.force_unlock_workers(array(select name from gone)) from (select 1 from gone limit 1) as any_gone
    )
    select gone.name as holder, ${NUDGE} from gone, freed`,
    [leasePrefix, graceMs],
  );
  return rows.map((row) => row.holder);
}

const MOST_MARKED = 1_000;

/** The jobs that are marked as taken by a worker pool for longer than so many milliseconds, the longest first. */
export async function markedJobs(database: Database, poolId: string, graceMs: number): Promise<MarkedJob[]> {
  return database.query<MarkedJob>(
    `select id::text as id, (extract(epoch from now() - locked_at) * 1000)::float8 as "ageMs" from graphile_worker.jobs
      where locked_by = $1 and locked_at < now() - $2 * interval '1 millisecond' order by locked_at limit ${MOST_MARKED}`,
    [poolId, graceMs],
  );
}

/** Frees jobs that a living worker pool took and never began; the try does not count. */
export async function freeUntaken(database: Database, poolId: string, ids: readonly string[]): Promise<void> {
  await database.query(
    `with freed as (
      update graphile_worker._private_jobs set locked_by = null, locked_at = null, attempts = greatest(0, attempts - 1)
      where id = any($1::bigint[]) and locked_by = $2 returning job_queue_id
    ), queue as (
      update graphile_worker._private_job_queues set locked_by = null, locked_at = null
      where id in (select job_queue_id from freed) and locked_by = $2
    )
    select ${NUDGE} from (select 1 from freed limit 1) as any_freed`,
    [[...ids], poolId],
  );
}
