/** The graphile-worker of this process: started again when it stops by itself (the database was away for long). */
import { EventEmitter } from 'node:events';
import { Logger as QueueLogger, run, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Pool } from 'pg';
import { pause } from '../events/pump.ts';
import type { Logger } from '../logging/index.ts';
import type { Clock } from '../time/index.ts';
import type { Lease } from './lease.ts';
import type { TakenJobs } from './taken.ts';

export interface RunnerOptions {
  pool: Pool;
  tasks: TaskList;
  lease: Lease;
  taken: TakenJobs;
  concurrency: number;
  pollMs: number;
  /** Real time. */
  waits: Clock;
  log: Logger;
}

const RESTART_PAUSE_MS = 1_000;
// Jobs that are still running so long after a stop was asked for see their signal abort.
const STOP_GRACE_MS = 5_000;

/** Starts it. Resolves once it takes jobs; the result stops it, after the jobs that run. */
export async function startRunner(options: RunnerOptions): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  let runner = await startOnce(options);
  const supervise = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runner.promise.catch((error: unknown) => options.log.warn({ err: error }, 'the job worker ended with an error'));
      await restart();
    }
  };
  const restart = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(options.waits, RESTART_PAUSE_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        runner = await startOnce(options);
        return;
      } catch (error) {
        options.log.warn({ err: error }, 'the job worker cannot be started; trying again');
      }
    }
  };
  const supervised = supervise();
  return {
    async stop() {
      stopping.abort();
      await runner.stop().catch(() => undefined); // It rejects when it has stopped already.
      await supervised;
    },
  };
}

function startOnce({ pool, tasks, lease, taken, concurrency, pollMs, log }: RunnerOptions): Promise<Runner> {
  const events: WorkerEvents = new EventEmitter();
  events.on('pool:create', ({ workerPool }) => lease.hold(workerPool.id));
  taken.watch(events);
  return run({
    pgPool: pool,
    taskList: tasks,
    concurrency,
    pollInterval: pollMs,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: STOP_GRACE_MS,
    parsedCronItems: [],
    events,
    logger: queueLogger(log),
  });
}

/** Failures of tasks are logged by the tasks themselves; what graphile-worker has to say is for debugging, but for trouble of its own. */
export function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message, meta) => {
    const serious = (level === 'error' || level === 'warning') && meta.failure !== true;
    log[serious ? 'warn' : 'debug']({ worker: true }, message);
  });
}
