import { checkAction } from '../domain/check-action.ts';
import type { FlowAddress } from '../domain/check-address.ts';
import { checkAllFound, checkDistinct } from '../domain/check-indexes.ts';
import { checkIndexList } from '../domain/check-request.ts';
import { statusOfDraft } from '../domain/status-of-draft.ts';
import { totalsOf, withRemoved } from '../domain/totals.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { lockDraft, removeLines, updateDraft } from '../persistence/flow-writes.ts';
import { checkSender, type Writing } from './writing.ts';

/**
 * Removes 1 to 1000 lines from a draft by their indexes: all of them, or none.
 * @throws InputError for a field; Fault FDR_2000, FDR_2001, FDR_3001, FDR_3003, FDR_3005, FDR_3007 to FDR_3009
 */
export async function removePayments(writing: Writing, address: FlowAddress, indexes: readonly number[]): Promise<FlowKey> {
  const { database, clock } = writing;
  checkIndexList(indexes);
  await checkSender(writing, address);
  checkDistinct(indexes);
  return database.transaction(async (transaction) => {
    const draft = await lockDraft(transaction, address.pspCode, address.name);
    checkAction('REMOVE', draft);
    const removed = await removeLines(transaction, draft.id, indexes);
    checkAllFound(
      indexes,
      removed.map((line) => line.index),
    );
    const totals = withRemoved(draft.computed, totalsOf(removed));
    await updateDraft(transaction, draft.id, statusOfDraft(totals.payments), totals, clock.now());
    return { ...address, revision: draft.revision };
  });
}
