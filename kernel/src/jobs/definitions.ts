/** What a service declares of its recurrent and its asked-for work. */
import type { ZodType } from 'zod';
import type { Logger } from '../logging/index.ts';

/** Name of recurrent work, as operators know it, e.g. "TOKEN_EXPIRY". Each service names its own; one service hosts a name. */
export type JobName = string;

export interface JobContext {
  /** Aborts when the process shuts down or the run takes too long. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Whether somebody asked for this run: do what is pending now, whatever its schedule. */
  readonly forced: boolean;
}

export interface JobSummary {
  /** How many things the run dealt with. */
  readonly processed: number;
  /** For people. */
  readonly detail?: string;
}

/** Recurrent work. Runs in one process at a time; a run that fails is recorded, and the next one comes at its time. */
export interface JobDefinition {
  readonly name: JobName;
  /** Platform milliseconds from the start of one run to the start of the next. */
  readonly everyMs: number;
  run(context: JobContext): Promise<JobSummary>;
}

export interface TaskContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Number of this try, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
}

/**
 * Work asked for one piece at a time. A piece is done at least once: a process that dies half-way leaves it to another. What `run` throws
 * is tried again after a growing pause (about e to the power of the tries, in seconds), until `maxAttempts`.
 */
export interface TaskDefinition<Payload = unknown> {
  /** Unique among all services, e.g. "receipts.deliver". */
  readonly name: string;
  /** Shape of the payload, which has to survive JSON. Keep personal data out of it: refer to rows. */
  readonly schema: ZodType<Payload>;
  run(payload: Payload, context: TaskContext): Promise<void>;
  /** 1 to 100. */
  readonly maxAttempts: number;
}

export type JobRunState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** One run of recurrent work. Instants are epoch milliseconds of platform time. */
export interface JobRun {
  readonly id: string;
  readonly name: JobName;
  readonly state: JobRunState;
  readonly forced: boolean;
  readonly requestedAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** How many things it dealt with. */
  readonly processed: number;
  readonly detail?: string;
  /** What went wrong, for operators. */
  readonly error?: string;
}

/** A piece of work whose last try failed: it stays until somebody deals with it. */
export interface FailedTask {
  readonly id: string;
  readonly task: string;
  readonly key?: string;
  readonly attempts: number;
  readonly error: string;
  /** Epoch milliseconds of real time. */
  readonly failedAt: number;
}
