import type { JobDefinition, TaskDefinition } from '@nodo-aperto/kernel/jobs';
import type { SubgraphDefinition } from '@nodo-aperto/kernel/subgraph';
import { until } from '@nodo-aperto/kernel/testing';
import { HOUR, MINUTE } from '@nodo-aperto/kernel/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { onboarding } from '../src/index.ts';
import { creditor, errorCode, type Hosted, host, nodesOf, operator, type Page } from './support.ts';

/** Whether each run of the job was asked for. */
const runs: boolean[] = [];
let tries = 0;

/** What other subgraphs host: a job that succeeds, one that fails, and a task that is always given up. */
const jobs: JobDefinition[] = [
  {
    name: 'TOKEN_EXPIRY',
    everyMs: 10 * MINUTE,
    run: async ({ forced }) => {
      runs.push(forced);
      return { processed: 3, detail: 'three tokens' };
    },
  },
  { name: 'KPI_MONTHLY', everyMs: HOUR, run: () => Promise.reject(new Error('no evidence')) },
];
const doomed: TaskDefinition = {
  name: 'test.doomed',
  schema: z.unknown(),
  maxAttempts: 1,
  run: () => {
    tries += 1;
    return Promise.reject(new Error('never works'));
  },
};
const definition: SubgraphDefinition = {
  ...onboarding,
  start: async (subgraphHost) => ({ ...(await onboarding.start(subgraphHost)), jobs, tasks: [doomed] }),
};

let hosted: Hosted;
beforeAll(async () => {
  hosted = await host({ definition });
});
afterAll(() => hosted?.hosting.stop());

it('runJob answers when the job has finished, with what it did', async () => {
  runs.length = 0;
  const { runJob } = await hosted.run<{ runJob: { id: string } }>(
    operator,
    'mutation { runJob(job: TOKEN_EXPIRY) { id job state startedAt finishedAt processed detail error } }',
  );
  expect(runJob).toEqual({
    id: expect.any(String),
    job: 'TOKEN_EXPIRY',
    state: 'SUCCEEDED',
    startedAt: expect.any(String),
    finishedAt: expect.any(String),
    processed: 3,
    detail: 'three tokens',
    error: null,
  });
  expect(runs).toContain(true);
  const { jobRuns } = await hosted.run(operator, '{ jobRuns(job: TOKEN_EXPIRY, first: 5) { id state } }');
  expect(jobRuns).toContainEqual({ id: runJob.id, state: 'SUCCEEDED' });
});

it('runJob answers also when the job failed', async () => {
  expect(await hosted.run(operator, 'mutation { runJob(job: KPI_MONTHLY) { state error } }')).toEqual({
    runJob: { state: 'FAILED', error: expect.stringContaining('no evidence') },
  });
});

it('runJob says when nobody hosts a job, and is for operators', async () => {
  expect(errorCode(await hosted.execute(operator, 'mutation { runJob(job: STATION_PROBE) { state } }'))).toBe('NOT_FOUND');
  expect(errorCode(await hosted.execute(creditor('66666666666'), 'mutation { runJob(job: TOKEN_EXPIRY) { state } }'))).toBe('FORBIDDEN');
});

it('advanceClock makes run what is due then, and answers when it has run', async () => {
  runs.length = 0;
  await hosted.run(operator, 'mutation { advanceClock(minutes: 15) }');
  expect(runs).toContain(false);
});

it('failedTasks shows what was given up, and retryTask tries it again', async () => {
  await hosted.hosting.jobs.enqueue(undefined, doomed.name, {}, { key: 'about x' });
  const failed = async () => {
    const query = '{ failedTasks(first: 5) { edges { node { id task key attempts error failedAt } } pageInfo { hasNextPage } } }';
    return nodesOf((await hosted.run<{ failedTasks: Page<{ id: string }> }>(operator, query)).failedTasks);
  };
  await until(async () => (await failed()).length === 1, { what: 'the task to be given up' });
  const [task] = await failed();
  expect(task).toMatchObject({
    task: 'test.doomed',
    key: 'about x',
    attempts: 1,
    error: expect.stringContaining('never works'),
    failedAt: expect.any(String),
  });
  expect(await hosted.run(operator, `mutation { retryTask(id: "${task?.id}") }`)).toEqual({ retryTask: true });
  await until(() => tries === 2, { what: 'another try' });
  expect(errorCode(await hosted.execute(operator, 'mutation { retryTask(id: "999999") }'))).toBe('NOT_FOUND');
});
