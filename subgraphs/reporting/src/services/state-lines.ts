/** States the lines of a published flow, a part at a time. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { invariant } from '@nodo-aperto/kernel/faults';
import type { TaskDefinition } from '@nodo-aperto/kernel/jobs';
import { toIso } from '@nodo-aperto/kernel/time';
import { flowPaymentsReported, LINES_PER_EVENT } from '@nodo-aperto/schema/events';
import { z } from 'zod';
import type { FlowAddress } from '../domain/check-address.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { linesPast } from '../persistence/line-pages.ts';
import { type LockedFlow, lockRevision, moveStated } from '../persistence/flow-writes.ts';
import type { Writing } from './writing.ts';

/** Name of the task that states what publishing left. */
export const STATE_LINES = 'reporting.state-lines';
const ATTEMPTS = 25;

/**
 * States the next part of a flow, whose row is locked.
 * @returns whether there are more
 */
export async function statePart(
  outbox: Outbox,
  transaction: Transaction,
  { pspCode, name }: FlowAddress,
  flow: LockedFlow,
): Promise<boolean> {
  const lines = await linesPast(transaction, flow.id, flow.statedIndex, LINES_PER_EVENT);
  const last = lines.at(-1);
  invariant(last !== undefined, 'a flow whose lines are not all stated has more of them');
  const part = flow.statedParts + 1;
  await outbox.append(transaction, flowPaymentsReported, {
    pspCode,
    name,
    revision: flow.revision,
    creditorFiscalCode: flow.creditorFiscalCode,
    part,
    lines: lines.map((line) => ({ ...line, payDate: toIso(line.payDate) })),
  });
  await moveStated(transaction, flow.id, part, last.index);
  return hasMore({ statedParts: part, computed: flow.computed });
}

/** Every part but the last is full. */
function hasMore({ statedParts, computed }: Pick<LockedFlow, 'statedParts' | 'computed'>): boolean {
  return statedParts * LINES_PER_EVENT < computed.payments;
}

/** States what is left of a published flow. Each part is stated once, however often the task runs. */
export function stateLinesTask({ database, outbox }: Pick<Writing, 'database' | 'outbox'>): TaskDefinition<FlowKey> {
  return {
    name: STATE_LINES,
    schema: z.object({ pspCode: z.string(), name: z.string(), revision: z.number().int() }),
    maxAttempts: ATTEMPTS,
    async run(key, { signal }) {
      let more = true;
      while (more) {
        signal.throwIfAborted();
        more = await database.transaction(async (transaction) => {
          const flow = await lockRevision(transaction, key);
          if (!flow || flow.status !== 'PUBLISHED' || !hasMore(flow)) return false;
          return statePart(outbox, transaction, key, flow);
        });
      }
    },
  };
}
