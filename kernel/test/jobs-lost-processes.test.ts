/** What becomes of the work of processes that die, and of those that only seem to. */
import { describe, expect, it } from 'vitest';
import { until } from '../src/testing/index.ts';
import { deliverer, job, jobsFixture, slowDeliverer } from './jobs-fixture.ts';

const fixture = jobsFixture();
const { jobsOf } = fixture;

describe('processes that die', () => {
  it('leave their work to others within seconds, and break no chain of runs', async () => {
    // What a process leaves behind that was killed in the middle of a recurrent run and of a task.
    await fixture.database.query(`insert into kernel_jobs.run (id, name, state, forced, requested_at, started_at)
      values (gen_random_uuid(), 'TOKEN_EXPIRY', 'RUNNING', false, now(), now())`);
    await fixture.database.query(
      `select graphile_worker.add_job('job:TOKEN_EXPIRY', '{"data":{},"dueAt":0}'::json, 'job:TOKEN_EXPIRY', job_key => 'job:TOKEN_EXPIRY')`,
    );
    await fixture.database.query(
      `select graphile_worker.add_job('receipts.deliver', '{"data":{"receipt":"a"},"dueAt":0}'::json, max_attempts => 3)`,
    );
    const locked = `set locked_by = 'pool-of-the-dead', locked_at = now() - interval '1 second'`;
    await fixture.database.query(`update graphile_worker._private_jobs ${locked}, attempts = 1`);
    await fixture.database.query(`update graphile_worker._private_job_queues ${locked}`);
    const jobs = await jobsOf();
    const delivered: number[] = [];
    let runs = 0;
    await jobs.start({
      jobs: [job('TOKEN_EXPIRY', async () => ({ processed: ++runs }), 50)],
      tasks: [deliverer(async (_payload, { attempt }) => void delivered.push(attempt))],
    });
    await until(() => delivered.length === 1 && runs >= 2, { what: 'the work is taken over' });
    expect(delivered).toEqual([2]);
    const states = (await jobs.runs({ name: 'TOKEN_EXPIRY', first: 100 })).map((run) => run.state);
    expect(states).toContain('FAILED');
    await jobs.stop();
    const [left] = await fixture.database.query<{ count: number }>(
      `select count(*)::int as count from graphile_worker.jobs where locked_at is not null`,
    );
    expect(left?.count).toBe(0);
  });

  it.each([
    ['was killed', `locked_by = 'pool-of-the-dead', locked_at = now() - interval '1 hour'`],
    ['lost the database as the run ended', `last_error = 'The connection broke while it was in use.'`],
  ])('leave no run behind whose successor is queued: one that %s', async (_how, state) => {
    const jobs = await jobsOf();
    await jobs.start({ jobs: [job('TOKEN_EXPIRY', async () => ({ processed: 0 }))] });
    await until(async () => (await jobs.runs({ name: 'TOKEN_EXPIRY', first: 1 }))[0]?.state === 'SUCCEEDED', { what: 'the first run' });
    // What graphile-worker makes of a run that is under way when the next one of its key is queued.
    await fixture.database.query(
      `select graphile_worker.add_job('job:TOKEN_EXPIRY', '{"data":{},"dueAt":0}'::json, run_at => now() + interval '1 day', priority => 77)`,
    );
    const abandoned = await fixture.database.query(`update graphile_worker._private_jobs set attempts = max_attempts, ${state}
      where priority = 77 returning 1`);
    expect(abandoned).toHaveLength(1);
    const left = async (): Promise<number> =>
      (await fixture.database.query('select 1 from graphile_worker.jobs where priority = 77')).length;
    await until(async () => (await left()) === 0, { what: 'the run of the dead to be removed', timeoutMs: 30_000 });
    await jobs.stop();
    expect(await fixture.database.query('select 1 from graphile_worker.jobs')).toHaveLength(1);
  });

  it('are told from those that are only slow: a living worker keeps its job', async () => {
    const busy = await jobsOf();
    const idle = await jobsOf();
    const { task, runs, end } = slowDeliverer();
    await busy.start({ tasks: [task] });
    await busy.enqueue(undefined, 'receipts.deliver', { receipt: 'slow' });
    await until(() => runs.length === 1, { what: 'it runs' });
    await fixture.database.query(`select graphile_worker.add_job('receipts.deliver', '{"data":{"receipt":"orphan"},"dueAt":0}'::json)`);
    await fixture.database.query(
      `update graphile_worker._private_jobs set locked_by = coalesce(locked_by, 'pool-of-the-dead'), locked_at = now() - interval '1 hour'`,
    );
    await idle.start({ tasks: [task] });
    await until(() => runs.includes('orphan'), { what: 'the job of the dead is freed' });
    expect(runs).toEqual(['slow', 'orphan']);
    end();
    await busy.settled(10_000);
    expect(runs).toEqual(['slow', 'orphan']);
  });

  it('take up again what they took without hearing of it, and leave alone what they run', async () => {
    const jobs = await jobsOf({ concurrency: 2 });
    const { task, runs, end } = slowDeliverer(1);
    await jobs.start({ tasks: [task] });
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'slow' });
    await until(() => runs.length === 1, { what: 'it runs' });
    // What a lost answer leaves: the job and its queue are this process's, and no worker of it has begun it.
    await fixture.database.query(`select graphile_worker.add_job('receipts.deliver', '{"data":{"receipt":"unheard"},"dueAt":0}'::json,
      queue_name => 'station', run_at => now() + interval '1 hour', max_attempts => 1)`);
    await fixture.database.query(`update graphile_worker._private_jobs set attempts = 1, run_at = now(), locked_at = now() - interval '1 minute',
      locked_by = (select locked_by from graphile_worker.jobs where locked_by is not null limit 1) where run_at > now()`);
    await fixture.database.query(`update graphile_worker._private_job_queues set locked_at = now() - interval '1 minute',
      locked_by = (select locked_by from graphile_worker.jobs where locked_by is not null limit 1)`);
    await until(() => runs.includes('unheard'), { what: 'what was taken unheard is run' });
    end();
    await jobs.settled(10_000);
    expect(runs).toEqual(['slow', 'unheard']);
    expect(await fixture.database.query('select 1 from graphile_worker.jobs')).toEqual([]);
  });

  it('get their lease back after the connection was lost', async () => {
    const jobs = await jobsOf();
    await jobs.start({ tasks: [deliverer(async () => undefined)] });
    const holders = () =>
      fixture.database.query<{ pid: number }>(
        `select pid from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
      );
    const [first] = await until(
      async () => {
        const found = await holders();
        return found.length > 0 && found;
      },
      { what: 'the lease is held' },
    );
    await fixture.database.query('select pg_terminate_backend($1)', [first?.pid]);
    await until(
      async () => {
        const found = await holders();
        return found.length > 0 && found[0]?.pid !== first?.pid;
      },
      { what: 'the lease is held again' },
    );
  });
});
