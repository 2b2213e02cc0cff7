/** A database with the queue of jobs, for a file of tests: emptied, and its processes ended, after each test. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { z } from 'zod';
import { type Database, openDatabase } from '../src/database/index.ts';
import { deferred } from '../src/events/deferred.ts';
import { type JobDefinition, type Jobs, type JobsOptions, postgresJobs, type TaskDefinition } from '../src/jobs/index.ts';
import { testDatabaseUrl, testLogger } from '../src/testing/index.ts';
import { HOUR, realClock } from '../src/time/index.ts';

interface JobsFixture {
  readonly database: Database;
  /** One process's jobs. */
  jobsOf(options?: Partial<JobsOptions>): Promise<Jobs>;
}

/** Registers the hooks of the file that calls it. */
export function jobsFixture(): JobsFixture {
  let url: string;
  let database: Database;
  const opened: Jobs[] = [];
  async function jobsOf(options: Partial<JobsOptions> = {}): Promise<Jobs> {
    const jobs = await postgresJobs({ url, clock: realClock(), log: testLogger(), leaseMs: 100, ...options });
    opened.push(jobs);
    return jobs;
  }
  beforeAll(async () => {
    url = await testDatabaseUrl();
    database = await openDatabase({ url, schema: 'receipts', entities: [], migrations: [], log: testLogger(), clock: realClock() });
    await (await jobsOf()).stop();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((jobs) => jobs.stop()));
    await database.query(
      'truncate graphile_worker._private_jobs, graphile_worker._private_job_queues, kernel_jobs.run, kernel_jobs.job cascade',
    );
  });
  afterAll(() => database.close());
  return {
    get database() {
      return database;
    },
    jobsOf,
  };
}

interface Delivery {
  receipt: string;
}

/** A task that says which receipt it is for. */
export function deliverer(run: TaskDefinition<Delivery>['run'], maxAttempts = 3): TaskDefinition<Delivery> {
  return { name: 'receipts.deliver', schema: z.object({ receipt: z.string() }), maxAttempts, run };
}

/** A task that notes for which receipts it ran; the one named "slow" goes on until `end` is called. */
export function slowDeliverer(maxAttempts?: number): { task: TaskDefinition<Delivery>; runs: string[]; end(): void } {
  const runs: string[] = [];
  const { promise: held, resolve: end } = deferred<void>();
  const task = deliverer(async ({ receipt }) => {
    runs.push(receipt);
    if (receipt === 'slow') await held;
  }, maxAttempts);
  return { task, runs, end };
}

export const job = (name: string, run: JobDefinition['run'], everyMs = HOUR): JobDefinition => ({ name, everyMs, run });
