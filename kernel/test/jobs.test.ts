import { describe, expect, it } from 'vitest';
import type { Transaction } from '../src/database/index.ts';
import { currentTrace, newTrace, runWithTrace } from '../src/events/index.ts';
import { InputError, InvariantError, NotFoundError, UnavailableError } from '../src/faults/index.ts';
import type { JobDefinition } from '../src/jobs/index.ts';
import { createMetrics } from '../src/metrics/index.ts';
import { cryptographicStream } from '../src/random/index.ts';
import { until } from '../src/testing/index.ts';
import { acceleratedClock, adjustableClock, HOUR, MINUTE, realClock } from '../src/time/index.ts';
import { deliverer, job, jobsFixture } from './jobs-fixture.ts';

const fixture = jobsFixture();
const { jobsOf } = fixture;

describe('tasks', () => {
  it('are done when the transaction that asked for them commits, and never after a rollback', async () => {
    const jobs = await jobsOf();
    const delivered: string[] = [];
    await jobs.start({ tasks: [deliverer(async ({ receipt }) => void delivered.push(receipt))] });
    const ask = (receipt: string) => (tx: Transaction) => jobs.enqueue(tx, 'receipts.deliver', { receipt });
    await fixture.database.transaction(ask('a'));
    await expect(
      fixture.database.transaction(async (tx) => {
        await ask('b')(tx);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'c' });
    await jobs.settled(10_000);
    expect(delivered.sort()).toEqual(['a', 'c']);
  });

  it('know their try and carry the trace of whoever asked', async () => {
    const jobs = await jobsOf();
    const seen: unknown[] = [];
    await jobs.start({
      tasks: [
        deliverer(async (_payload, { attempt, maxAttempts }) => {
          seen.push([currentTrace(), attempt, maxAttempts]);
          if (attempt < 2) throw new Error('not yet');
        }),
      ],
    });
    const trace = newTrace(cryptographicStream());
    await runWithTrace(trace, () => jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'a' }));
    await until(() => seen.length === 1, { what: 'the first try' });
    await until(
      async () => {
        await jobs.wake(); // does not wait for the pause between tries
        return seen.length === 2;
      },
      { what: 'the second try' },
    );
    expect(seen).toEqual([
      [trace, 1, 3],
      [trace, 2, 3],
    ]);
  });

  it('stay visible when their last try failed, and can be given all tries again', async () => {
    const jobs = await jobsOf();
    let broken = true;
    const delivered: string[] = [];
    await jobs.start({
      tasks: [
        deliverer(async ({ receipt }) => {
          if (broken) throw new Error('the creditor does not answer');
          delivered.push(receipt);
        }, 2),
      ],
    });
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'a' }, { key: 'receipt:a' });
    const [failed] = await until(
      async () => {
        await jobs.wake();
        const list = await jobs.failed({ first: 10 });
        return list.length > 0 && list;
      },
      { what: 'it failed for good' },
    );
    expect(failed).toMatchObject({ task: 'receipts.deliver', key: 'receipt:a', attempts: 2, error: 'the creditor does not answer' });
    expect(await jobs.failed({ first: 10, after: failed?.id })).toEqual([]);
    broken = false;
    await jobs.retry(failed?.id ?? '');
    await until(() => delivered.length === 1, { what: 'it is done' });
    await jobs.settled(10_000);
    expect(await jobs.failed({ first: 10 })).toEqual([]);
    await expect(jobs.retry(failed?.id ?? '')).rejects.toThrow(NotFoundError);
    await expect(jobs.retry('x; drop table')).rejects.toThrow(InputError);
  });

  it('of one key wait once, those of one queue run one after the other', async () => {
    const jobs = await jobsOf();
    const later = realClock().now() + HOUR;
    for (const receipt of ['old', 'new']) await jobs.enqueue(undefined, 'receipts.deliver', { receipt }, { key: 'k', runAtMs: later });
    for (const receipt of ['1', '2', '3']) await jobs.enqueue(undefined, 'receipts.deliver', { receipt }, { queue: 'station' });
    let running = 0;
    let most = 0;
    const done: string[] = [];
    await jobs.start({
      tasks: [
        deliverer(async ({ receipt }) => {
          most = Math.max(most, ++running);
          // Waits by time: work that lasts, for others to run beside it.
          await realClock().sleep(20);
          running -= 1;
          done.push(receipt);
        }),
      ],
    });
    await jobs.settled(10_000);
    expect(most).toBe(1);
    expect(done).toEqual(['1', '2', '3']);
    await fixture.database.query('update graphile_worker._private_jobs set run_at = now()');
    await until(() => done.includes('new'), { what: 'the keyed one is done' });
    expect(done).not.toContain('old');
  });

  it('refuse payloads of another shape: when asked for, and when run', async () => {
    const jobs = await jobsOf();
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 7 }); // Nobody here knows the task yet.
    await jobs.start({ tasks: [deliverer(async () => undefined, 1)] });
    await expect(jobs.enqueue(undefined, 'receipts.deliver', { receipt: 7 })).rejects.toThrow(InvariantError);
    await expect(jobs.enqueue(undefined, 'job:TOKEN_EXPIRY', {})).rejects.toThrow(/runNow/);
    const first = await until(
      async () => {
        await fixture.database.query('update graphile_worker._private_jobs set max_attempts = 1, run_at = now() where locked_at is null');
        return (await jobs.failed({ first: 1 }))[0];
      },
      { what: 'it failed' },
    );
    expect(first.error).toMatch(/does not have its shape: receipt:/);
  });

  it('wait for the time of the platform, and come at once when that is moved', async () => {
    const clock = adjustableClock();
    const jobs = await jobsOf({ clock });
    const done: string[] = [];
    await jobs.start({ tasks: [deliverer(async ({ receipt }) => void done.push(receipt))] });
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'hour' }, { runAtMs: clock.now() + HOUR });
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'day' }, { runAtMs: clock.now() + 24 * HOUR });
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'now' }, { runAtMs: clock.now() - 5 });
    await jobs.settled(10_000);
    expect(done).toEqual(['now']);
    clock.advance(61 * MINUTE);
    await jobs.wake();
    await jobs.settled(10_000);
    expect(done).toEqual(['now', 'hour']);
  });

  it('wait a shorter real time when the platform’s runs faster', async () => {
    const clock = acceleratedClock({ start: 0, factor: 3_600 });
    const jobs = await jobsOf({ clock });
    const done: number[] = [];
    await jobs.start({ tasks: [deliverer(async () => void done.push(clock.now()))] });
    const due = clock.now() + HOUR;
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'a' }, { runAtMs: due });
    await until(() => done.length === 1, { what: 'an hour has passed', timeoutMs: 10_000 });
    expect(done[0]).toBeGreaterThanOrEqual(due);
  });
});

describe('recurrent work', () => {
  it('runs first at the start and then at its interval; a failing run is recorded and the next one comes', async () => {
    const jobs = await jobsOf();
    let runs = 0;
    const definition = job(
      'STATION_PROBE',
      async () => {
        runs += 1;
        if (runs === 2) throw new Error('probe broke');
        return { processed: runs, detail: `run ${runs}` };
      },
      30,
    );
    await jobs.start({ jobs: [definition] });
    await until(() => runs >= 3, { what: 'three runs' });
    await jobs.stop();
    const again = await jobsOf();
    const list = (await again.runs({ name: 'STATION_PROBE', first: 100 })).reverse();
    expect(list[0]).toMatchObject({ name: 'STATION_PROBE', state: 'SUCCEEDED', forced: false, processed: 1, detail: 'run 1' });
    expect(list[1]).toMatchObject({ state: 'FAILED', error: 'Error: probe broke', processed: 0 });
    expect(list[2]).toMatchObject({ state: 'SUCCEEDED', processed: 3 });
    expect(await again.failed({ first: 10 })).toEqual([]);
  });

  it('runs in one process at a time, however many host it, and goes on when one of them ends', async () => {
    const all = await Promise.all([jobsOf(), jobsOf(), jobsOf()]);
    let running = 0;
    let most = 0;
    let runs = 0;
    const run = async (): Promise<{ processed: number }> => {
      most = Math.max(most, ++running);
      // Waits by time: work that lasts, for others to run beside it.
      await realClock().sleep(5);
      running -= 1;
      runs += 1;
      return { processed: 0 };
    };
    await Promise.all(all.map((jobs) => jobs.start({ jobs: [job('TOKEN_EXPIRY', run, 20)] })));
    await until(() => runs >= 6, { what: 'six runs', timeoutMs: 20_000 });
    await all[0]?.stop();
    const before = runs;
    await until(() => runs >= before + 3, { what: 'three more runs', timeoutMs: 20_000 });
    expect(most).toBe(1);
    const waiting = await fixture.database.query(`select 1 from graphile_worker.jobs where key = 'job:TOKEN_EXPIRY' and locked_at is null`);
    expect(waiting.length).toBeLessThanOrEqual(1);
  });

  it('is run at once on request, in the process that hosts it, and answers when it has finished', async () => {
    const host = await jobsOf();
    const asker = await jobsOf();
    const forced: boolean[] = [];
    const run: JobDefinition['run'] = async (context) => {
      forced.push(context.forced);
      return { processed: forced.length, detail: 'done' };
    };
    await host.start({ jobs: [job('KPI_MONTHLY', run)] });
    await host.settled(10_000);
    const result = await asker.runNow('KPI_MONTHLY', { deadlineMs: 10_000 });
    expect(result).toMatchObject({ name: 'KPI_MONTHLY', state: 'SUCCEEDED', forced: true, processed: 2, detail: 'done' });
    expect(result.finishedAt).toBeGreaterThanOrEqual(result.startedAt ?? Number.POSITIVE_INFINITY);
    expect(forced).toEqual([false, true]);
    expect(await asker.runs({ first: 1 })).toEqual([result]);
    // The schedule is as it was.
    expect(
      await fixture.database.query(
        `select 1 from graphile_worker.jobs where key = 'job:KPI_MONTHLY' and run_at > now() + interval '50 minutes'`,
      ),
    ).toHaveLength(1);
  });

  it('says on request what went wrong: the run failed, took too long, found no host, or is unknown', async () => {
    const host = await jobsOf();
    let end = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    let holding = false;
    await host.start({
      jobs: [
        job('RECEIPT_DELIVERY', async ({ forced }) => {
          if (forced) throw new Error('no route');
          return { processed: 0 };
        }),
        job('POSITION_STATUS', async ({ forced }) => {
          if (forced) {
            holding = true;
            await held;
          }
          return { processed: 0 };
        }),
      ],
    });
    await host.settled(10_000);
    expect(await host.runNow('RECEIPT_DELIVERY', { deadlineMs: 10_000 })).toMatchObject({ state: 'FAILED', error: 'Error: no route' });
    const slow = host.runNow('POSITION_STATUS', { deadlineMs: 300 });
    await expect(slow).rejects.toThrow(UnavailableError);
    await expect(slow).rejects.toThrow(/has not finished within 300 ms; it goes on/);
    expect(holding).toBe(true);
    end();
    await host.settled(10_000);
    expect((await host.runs({ name: 'POSITION_STATUS', first: 1 }))[0]).toMatchObject({ state: 'SUCCEEDED', forced: true });
    await expect(host.runNow('NO_SUCH_JOB', { deadlineMs: 10 })).rejects.toThrow(NotFoundError);

    await host.stop();
    const asker = await jobsOf();
    await expect(asker.runNow('RECEIPT_DELIVERY', { deadlineMs: 100 })).rejects.toThrow(/could not begin within 100 ms/);
    expect((await asker.runs({ name: 'RECEIPT_DELIVERY', first: 1 }))[0]).toMatchObject({ state: 'CANCELLED' });
    // Taken back means taken back: whoever comes later does not run it.
    const later: boolean[] = [];
    const run: JobDefinition['run'] = async ({ forced }) => {
      later.push(forced);
      return { processed: 0 };
    };
    await asker.start({ jobs: [job('RECEIPT_DELIVERY', run)] });
    await asker.settled(10_000);
    expect(later).not.toContain(true);
  });

  it('runs what has come due when the clock is moved, once for all intervals passed', async () => {
    const clock = adjustableClock();
    const jobs = await jobsOf({ clock });
    let runs = 0;
    await jobs.start({ jobs: [job('IDEMPOTENCY_CLEANUP', async () => ({ processed: ++runs }), 10 * MINUTE)] });
    await jobs.settled(10_000);
    expect(runs).toBe(1);
    clock.advance(65 * MINUTE);
    await jobs.wake();
    await jobs.settled(10_000);
    expect(runs).toBe(2);
  });

  it('is cut off when it takes too long', async () => {
    const jobs = await jobsOf({ runDeadlineMs: 50 });
    let aborted = false;
    const run: JobDefinition['run'] = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason as Error);
        });
      });
    await jobs.start({ jobs: [job('STAND_IN_EVALUATION', run)] });
    await jobs.settled(10_000);
    expect(aborted).toBe(true);
    expect((await jobs.runs({ first: 1 }))[0]).toMatchObject({
      state: 'FAILED',
      error: expect.stringContaining('did not finish within 50 ms') as unknown,
    });
  });
});

describe('metrics', () => {
  it('count runs, tries, and what waits or failed', async () => {
    const metrics = createMetrics('test');
    const jobs = await jobsOf({ metrics });
    await jobs.start({
      jobs: [job('TOKEN_EXPIRY', async () => ({ processed: 1 }))],
      tasks: [deliverer(async () => Promise.reject(new Error('no')), 1)],
    });
    await jobs.enqueue(undefined, 'receipts.deliver', { receipt: 'a' });
    await until(async () => (await jobs.failed({ first: 1 })).length === 1, { what: 'it failed' });
    await jobs.settled(10_000);
    const text = await metrics.text();
    expect(text).toContain('nodo_job_runs_total{job="TOKEN_EXPIRY",state="SUCCEEDED",service="test"} 1');
    expect(text).toContain('nodo_task_runs_total{task="receipts.deliver",result="failed",service="test"} 1');
    expect(text).toContain('nodo_tasks_failed{task="receipts.deliver",service="test"} 1');
    expect(text).toContain('nodo_tasks_waiting{task="job:TOKEN_EXPIRY",service="test"} 1');
  });
});
