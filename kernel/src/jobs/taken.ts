/**
 * What the worker of this process knows of the jobs that are marked as its own. When the line to the database breaks between the taking of a job
 * and the answer, the database has the job as taken and nobody runs it, while the process lives: nobody else would free it for hours.
 */
import type { Worker, WorkerEvents } from 'graphile-worker';
import { type Clock, MINUTE } from '../time/index.ts';

/** A job that the database has as taken by this process. */
export interface MarkedJob {
  readonly id: string;
  /** How long ago it was taken, by the database's clock, in milliseconds. */
  readonly ageMs: number;
}

export interface TakenJobs {
  /** Listens to a worker pool, instead of the one before. */
  watch(events: WorkerEvents): void;
  /**
   * The ids of those that nobody here knows of: no worker has begun them, and none that still waits for an answer can have asked for them.
   * @param marked all that were taken longer ago than `graceMs`
   * @param asOf when they were looked for, by the clock of this process; not later
   */
  unknown(marked: readonly MarkedJob[], asOf: number, graceMs: number): string[];
}

/** By how much the database may seem quicker than we are. */
const MARGIN_MS = 1_000;
/** The worker tells the database that a job is done for as long, if need be; until then its mark is in order. */
const TELLING_MS = 10 * MINUTE;

/** @param waits real time */
export function takenJobs(waits: Clock): TakenJobs {
  /** The jobs begun here, by their ids, and when they ended. */
  const begun = new Map<string, { endedAt?: number }>();
  const asking = new Map<Worker, number>();
  return {
    watch(events) {
      // Of a pool before this one: what it left is marked in its name, not in that of the new one.
      asking.clear();
      begun.clear();
      events.on('worker:getJob:start', ({ worker }) => void asking.set(worker, waits.monotonic()));
      events.on('worker:getJob:empty', ({ worker }) => void asking.delete(worker));
      events.on('worker:getJob:error', ({ worker }) => void asking.delete(worker));
      events.on('job:start', ({ worker, job }) => {
        asking.delete(worker);
        begun.set(job.id, {});
      });
      events.on('job:complete', ({ job }) => void begun.set(job.id, { endedAt: waits.monotonic() }));
    },
    unknown(marked, asOf, graceMs) {
      const longestAskMs = Math.max(0, ...[...asking.values()].map((since) => asOf - since + MARGIN_MS));
      const lost = marked.filter(({ id, ageMs }) => ageMs > longestAskMs && !isOurs(begun.get(id), asOf - ageMs, asOf));
      const still = new Set(marked.map(({ id }) => id));
      for (const [id, { endedAt }] of begun) if (endedAt !== undefined && asOf - endedAt > graceMs && !still.has(id)) begun.delete(id);
      return lost.map(({ id }) => id);
    },
  };
}

/** Whether a mark made at an instant is that of a run of ours that goes on, or that the database has not been told the end of. */
function isOurs(run: { endedAt?: number } | undefined, takenAt: number, now: number): boolean {
  if (run === undefined) return false;
  return run.endedAt === undefined || (takenAt <= run.endedAt && now - run.endedAt < TELLING_MS);
}
