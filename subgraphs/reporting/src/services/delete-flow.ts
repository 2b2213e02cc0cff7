import type { TaskDefinition } from '@nodo-aperto/kernel/jobs';
import { z } from 'zod';
import { checkAction } from '../domain/check-action.ts';
import type { FlowAddress } from '../domain/check-address.ts';
import { deleteFlow as deleteRow, lockDraft, removeOrphans } from '../persistence/flow-writes.ts';
import { checkSender, type Writing } from './writing.ts';

/** Name of the task that removes the lines of a deleted flow. */
const REMOVE_LINES = 'reporting.remove-lines';
/** Lines that go with the flow itself, and in each step of the task. */
const LINES_PER_STEP = 10_000;
const ATTEMPTS = 25;

/**
 * Drops a draft with its lines; its revision number is free again. Of a large draft the lines are removed later, a few at a time: nobody sees
 * them meanwhile.
 * @throws Fault FDR_2000, FDR_2001, FDR_3001, FDR_3008, FDR_3009
 */
export async function deleteFlow(writing: Writing, address: FlowAddress): Promise<void> {
  await checkSender(writing, address);
  const { database, jobs } = writing;
  await database.transaction(async (transaction) => {
    const draft = await lockDraft(transaction, address.pspCode, address.name);
    checkAction('DELETE', draft);
    await deleteRow(transaction, draft.id);
    const removed = await removeOrphans(transaction, draft.id, LINES_PER_STEP);
    if (removed === LINES_PER_STEP) await jobs.enqueue(transaction, REMOVE_LINES, { flowId: draft.id });
  });
}

/** Removes what is left of deleted flows, in bounded steps. */
export function removeLinesTask({ database }: Pick<Writing, 'database'>): TaskDefinition<{ flowId: number }> {
  return {
    name: REMOVE_LINES,
    schema: z.object({ flowId: z.number().int() }),
    maxAttempts: ATTEMPTS,
    async run({ flowId }, { signal }) {
      let removed = LINES_PER_STEP;
      while (removed === LINES_PER_STEP) {
        signal.throwIfAborted();
        removed = await database.transaction((transaction) => removeOrphans(transaction, flowId, LINES_PER_STEP));
      }
    },
  };
}
