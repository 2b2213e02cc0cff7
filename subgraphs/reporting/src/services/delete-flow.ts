import { checkAction } from '../domain/check-action.ts';
import type { FlowAddress } from '../domain/check-address.ts';
import { deleteFlow as deleteRows, lockDraft } from '../persistence/flow-writes.ts';
import { checkSender, type Writing } from './writing.ts';

/**
 * Drops a draft with its lines; its revision number is free again.
 * @throws Fault FDR_2000, FDR_2001, FDR_3001, FDR_3008, FDR_3009
 */
export async function deleteFlow(writing: Writing, address: FlowAddress): Promise<void> {
  await checkSender(writing, address);
  await writing.database.transaction(async (transaction) => {
    const draft = await lockDraft(transaction, address.pspCode, address.name);
    checkAction('DELETE', draft);
    await deleteRows(transaction, draft.id);
  });
}
