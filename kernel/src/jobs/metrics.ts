import type { Counter, Histogram } from 'prom-client';
import type { Metrics } from '../metrics/index.ts';

export interface JobsMetrics {
  readonly runs: Counter<'job' | 'state'>;
  readonly runSeconds: Histogram<'job'>;
  readonly tasks: Counter<'task' | 'result'>;
  readonly taskSeconds: Histogram<'task'>;
}

/** @param count how many jobs wait and how many failed for good, by task; asked when metrics are read */
export function jobsMetrics(
  metrics: Metrics,
  count: () => Promise<readonly { task: string; waiting: number; failed: number }[]>,
): JobsMetrics {
  let counted: ReturnType<typeof count> | undefined;
  metrics.gauge('nodo_tasks_waiting', 'Jobs of a task that wait for their time or another try', ['task'], async (gauge) => {
    counted = count();
    gauge.reset();
    for (const { task, waiting } of await counted) gauge.set({ task }, waiting);
  });
  metrics.gauge('nodo_tasks_failed', 'Jobs of a task that failed for good and wait for somebody', ['task'], async (gauge) => {
    gauge.reset();
    for (const { task, failed } of await (counted ?? count())) gauge.set({ task }, failed);
  });
  return {
    runs: metrics.counter('nodo_job_runs_total', 'Runs of recurrent work, by result', ['job', 'state']),
    runSeconds: metrics.histogram('nodo_job_run_seconds', 'Length of a run of recurrent work', ['job']),
    tasks: metrics.counter('nodo_task_runs_total', 'Tries of tasks, by result', ['task', 'result']),
    taskSeconds: metrics.histogram('nodo_task_seconds', 'Length of a try of a task', ['task']),
  };
}
