import type { Task } from 'graphile-worker';
import { issuesOf } from '../events/contract.ts';
import { runWithTrace } from '../events/trace.ts';
import { InvariantError } from '../faults/index.ts';
import type { Logger } from '../logging/index.ts';
import type { Clock } from '../time/index.ts';
import type { TaskDefinition } from './definitions.ts';
import type { JobsMetrics } from './metrics.ts';
import type { Envelope } from './queue.ts';

export interface TaskOptions {
  waits: Clock;
  log: Logger;
  metrics?: JobsMetrics;
}

/** Wraps a task definition for the queue: reads the envelope, checks the payload, carries the trace. */
export function queueTask(definition: TaskDefinition, { waits, log, metrics }: TaskOptions): Task {
  const { name } = definition;
  return async (payload, { job, abortSignal }) => {
    const { data, trace } = payload as Envelope;
    const began = waits.monotonic();
    const context = {
      signal: abortSignal,
      log: log.child({ task: name, taskId: job.id }),
      attempt: job.attempts,
      maxAttempts: job.max_attempts,
    };
    try {
      await runWithTrace(trace, () => definition.run(checkedPayload(definition, data), context));
      metrics?.tasks.inc({ task: name, result: 'done' });
    } catch (error) {
      metrics?.tasks.inc({ task: name, result: 'failed' });
      const level = job.attempts >= job.max_attempts ? 'error' : 'warn';
      context.log[level]({ err: error, attempt: job.attempts, maxAttempts: job.max_attempts }, 'a task failed');
      throw error;
    } finally {
      metrics?.taskSeconds.observe({ task: name }, (waits.monotonic() - began) / 1_000);
    }
  };
}

/** @throws InvariantError when the payload does not have the shape that the task declares */
export function checkedPayload<Payload>(definition: TaskDefinition<Payload>, payload: unknown): Payload {
  const parsed = definition.schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw new InvariantError(`A payload of the task ${definition.name} does not have its shape: ${issuesOf(parsed.error)}`);
}
