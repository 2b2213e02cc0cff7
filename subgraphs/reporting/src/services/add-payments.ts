import { checkAction } from '../domain/check-action.ts';
import type { FlowAddress } from '../domain/check-address.ts';
import { checkDistinct, checkNoneTaken } from '../domain/check-indexes.ts';
import { checkLines } from '../domain/check-request.ts';
import type { FlowLine } from '../domain/flow.ts';
import { statusOfDraft } from '../domain/status-of-draft.ts';
import { totalsOf, withAdded } from '../domain/totals.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { insertLines, lockDraft, updateDraft } from '../persistence/flow-writes.ts';
import { checkSender, type Writing } from './writing.ts';

/**
 * Adds 1 to 1000 lines to a draft: all of them, or none.
 * @throws InputError for a field; Fault FDR_2000, FDR_2001, FDR_3001, FDR_3003, FDR_3005, FDR_3006, FDR_3008, FDR_3009, FDR_4002
 */
export async function addPayments(writing: Writing, address: FlowAddress, lines: readonly FlowLine[]): Promise<FlowKey> {
  const { database, clock } = writing;
  checkLines(lines);
  await checkSender(writing, address);
  const indexes = lines.map((line) => line.index);
  checkDistinct(indexes);
  return database.transaction(async (transaction) => {
    const draft = await lockDraft(transaction, address.pspCode, address.name);
    checkAction('ADD', draft);
    const totals = withAdded(draft.computed, totalsOf(lines));
    checkNoneTaken(indexes, await insertLines(transaction, draft.id, lines));
    await updateDraft(transaction, draft.id, statusOfDraft(totals.payments), totals, clock.now());
    return { ...address, revision: draft.revision };
  });
}
