import { checkAction } from '../domain/check-action.ts';
import type { FlowAddress } from '../domain/check-address.ts';
import { checkAllFound, checkDistinct } from '../domain/check-indexes.ts';
import { checkIndexList } from '../domain/check-request.ts';
import { negated, totalsOf } from '../domain/totals.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { moveTotals, removeLines, shareDraft } from '../persistence/flow-writes.ts';
import { checkSender, type Writing } from './writing.ts';

/**
 * Removes 1 to 1000 lines from a draft by their indexes: all of them, or none. Calls on one flow may run side by side.
 * @throws InputError for a field; Fault FDR_2000, FDR_2001, FDR_3001, FDR_3003, FDR_3005, FDR_3007 to FDR_3009
 */
export async function removePayments(writing: Writing, address: FlowAddress, indexes: readonly number[]): Promise<FlowKey> {
  const { database, clock } = writing;
  checkIndexList(indexes);
  await checkSender(writing, address);
  checkDistinct(indexes);
  return database.transaction(async (transaction) => {
    const draft = await shareDraft(transaction, address.pspCode, address.name);
    checkAction('REMOVE', draft);
    const removed = await removeLines(transaction, draft.id, indexes);
    checkAllFound(
      indexes,
      removed.map((line) => line.index),
    );
    await moveTotals(transaction, draft.id, negated(totalsOf(removed)), clock.now());
    return { ...address, revision: draft.revision };
  });
}
