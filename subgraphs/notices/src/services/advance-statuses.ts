/** The status job: writes down, and states, what time alone has changed. Reads do not wait for it: they ask the same rule. */
import type { JobDefinition } from '@nodo-aperto/kernel/jobs';
import { MINUTE } from '@nodo-aperto/kernel/time';
import { isChanged, settle } from '../domain/settle.ts';
import { lockPositions, positionsDue } from '../persistence/position-store.ts';
import { keep, type Writing } from './position-writes.ts';

const BATCH = 500;

/**
 * PUBLISHED positions become VALID at their validity, VALID ones EXPIRED after their latest due date if they expire.
 * Source: Domain facts, Payments §4.4.
 * @returns how many positions changed
 */
async function advanceStatuses(writing: Pick<Writing, 'database' | 'outbox' | 'clock'>, signal: AbortSignal): Promise<number> {
  const { database, outbox, clock } = writing;
  let changed = 0;
  while (!signal.aborted) {
    const now = clock.now();
    const due = await positionsDue(database, now, BATCH);
    if (due.length === 0) break;
    const settled = await database.transaction(async (transaction) => {
      const positions = await lockPositions(transaction, due);
      const steps = positions.map((position) => settle(position, position, { now }));
      await keep(transaction, outbox, steps);
      return steps.filter(isChanged).length;
    });
    // Others may have settled them meanwhile; were it a disagreement of rule and query, this ends it until the next run.
    if (settled === 0) break;
    changed += settled;
  }
  return changed;
}

/** Name and rhythm under which operators know the job. */
export function positionStatusJob(writing: Pick<Writing, 'database' | 'outbox' | 'clock'>): JobDefinition {
  return { name: 'POSITION_STATUS', everyMs: MINUTE, run: async ({ signal }) => ({ processed: await advanceStatuses(writing, signal) }) };
}
