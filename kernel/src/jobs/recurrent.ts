/** Recurrent work as jobs of the queue: each run queues the next one before it begins, so that no crash can break the chain. */
import type { JobHelpers, Task } from 'graphile-worker';
import type { Database } from '../database/index.ts';
import type { Logger } from '../logging/index.ts';
import type { RandomStream } from '../random/index.ts';
import { type Clock, withDeadline } from '../time/index.ts';
import type { JobDefinition, JobName, JobSummary } from './definitions.ts';
import type { JobsMetrics } from './metrics.ts';
import { addJob, addJobUnlessWaiting, type Envelope, type QueuedJob, removeLeftovers } from './queue.ts';
import type { RunRecord } from './runs.ts';

export interface RecurrentOptions {
  database: Database;
  runs: RunRecord;
  clock: Clock;
  /** Real time. */
  waits: Clock;
  log: Logger;
  random: RandomStream;
  metrics?: JobsMetrics;
  /** Longest time a run may take, real time. */
  runDeadlineMs: number;
}

/** Tasks of recurrent work are named so; no other task may be. */
export const RECURRENT_PREFIX = 'job:';

// Only trouble with the database makes a run fail as a task; it is then tried again until the database is back.
const ATTEMPTS = 25;
const FORCED_PRIORITY = -100;

export function taskNameOf(name: JobName): string {
  return `${RECURRENT_PREFIX}${name}`;
}

/** The next run in the order of things. */
function scheduledRun(name: JobName, dueAt: number): QueuedJob {
  const task = taskNameOf(name);
  return { task, envelope: { data: {}, dueAt }, key: task, queue: task, maxAttempts: ATTEMPTS };
}

/** A run that somebody asked for. It waits for a run in progress, and goes before the scheduled one. */
export function forcedRun(name: JobName, runId: string, dueAt: number): QueuedJob {
  const task = taskNameOf(name);
  return { task, envelope: { data: { runId }, dueAt }, queue: task, maxAttempts: 1, priority: FORCED_PRIORITY };
}

/** Makes the job known to operators, and sees to it that a run is queued. */
export async function establish(
  definition: JobDefinition,
  { database, clock }: Pick<RecurrentOptions, 'database' | 'clock'>,
): Promise<void> {
  const { name, everyMs } = definition;
  await database.query(
    `insert into job (name, every_ms, registered_at) values ($1, $2, $3)
      on conflict (name) do update set every_ms = excluded.every_ms, registered_at = excluded.registered_at`,
    [name, everyMs, clock.date()],
  );
  await removeLeftovers(database, taskNameOf(name));
  await addJobUnlessWaiting(database, scheduledRun(name, clock.now()), clock, everyMs);
}

/** The task that carries out a definition. */
export function recurrentTask(definition: JobDefinition, options: RecurrentOptions): Task {
  const { name, everyMs } = definition;
  const { database, runs, clock, random } = options;
  return async (payload, helpers) => {
    const { runId } = (payload as Envelope).data as { runId?: string };
    const forced = runId !== undefined;
    if (!forced) await addJob(database, scheduledRun(name, clock.now() + everyMs), clock);
    // The queue is serial: a run that is still marked as running belongs to a process that died.
    await runs.failAbandoned(name);
    const id = runId ?? random.uuid();
    if (await runs.start(id, name, forced)) await carryOut(definition, id, forced, helpers, options);
  };
}

async function carryOut(
  definition: JobDefinition,
  id: string,
  forced: boolean,
  helpers: JobHelpers,
  options: RecurrentOptions,
): Promise<void> {
  const { name } = definition;
  const { runs, waits, runDeadlineMs, metrics } = options;
  const log = options.log.child({ job: name, run: id });
  const began = waits.monotonic();
  const finished = (state: 'SUCCEEDED' | 'FAILED'): void => {
    metrics?.runs.inc({ job: name, state });
    metrics?.runSeconds.observe({ job: name }, (waits.monotonic() - began) / 1_000);
  };
  let summary: JobSummary;
  try {
    const work = (signal: AbortSignal): Promise<JobSummary> => definition.run({ signal, log, forced });
    summary = await withDeadline(waits, runDeadlineMs, `the job ${name}`, work, helpers.abortSignal);
  } catch (error) {
    log.error({ err: error }, 'a job failed');
    await runs.fail(id, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    finished('FAILED');
    return;
  }
  await runs.succeed(id, summary);
  finished('SUCCEEDED');
}
