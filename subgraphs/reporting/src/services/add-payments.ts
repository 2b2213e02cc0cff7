import { checkAction } from '../domain/check-action.ts';
import type { FlowAddress } from '../domain/check-address.ts';
import { checkDistinct, checkNoneTaken } from '../domain/check-indexes.ts';
import { checkLines } from '../domain/check-request.ts';
import type { FlowLine } from '../domain/flow.ts';
import { sumTooLarge, totalsOf } from '../domain/totals.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { insertLines, moveTotals, shareDraft } from '../persistence/flow-writes.ts';
import { stateProgress } from './state-progress.ts';
import { checkSender, type Writing } from './writing.ts';

/**
 * Adds 1 to 1000 lines to a draft: all of them, or none. Calls on one flow may run side by side.
 * @throws InputError for a field; Fault FDR_2000, FDR_2001, FDR_3001, FDR_3003, FDR_3005, FDR_3006, FDR_3008, FDR_3009, FDR_4002
 */
export async function addPayments(writing: Writing, address: FlowAddress, lines: readonly FlowLine[]): Promise<FlowKey> {
  const { database, outbox, clock } = writing;
  checkLines(lines);
  await checkSender(writing, address);
  const indexes = lines.map((line) => line.index);
  checkDistinct(indexes);
  return database.transaction(async (transaction) => {
    const draft = await shareDraft(transaction, address.pspCode, address.name);
    checkAction('ADD', draft);
    checkNoneTaken(indexes, await insertLines(transaction, draft.id, lines));
    const now = clock.now();
    const moved = await moveTotals(transaction, draft.id, totalsOf(lines), now);
    if (!moved) throw sumTooLarge();
    await stateProgress(outbox, transaction, address, draft, moved, now);
    return { ...address, revision: draft.revision };
  });
}
