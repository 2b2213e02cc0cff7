import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { toIso } from '@nodo-aperto/kernel/time';
import { flowDraftCreated, flowUploadProgressed } from '@nodo-aperto/schema/events';
import type { FlowAddress } from '../domain/check-address.ts';
import { isProgress } from '../domain/upload-progress.ts';
import type { FlowRequest } from '../domain/flow.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import type { LockedFlow, MovedDraft } from '../persistence/flow-writes.ts';

/** States that a draft was created. */
export async function stateDraft(
  outbox: Outbox,
  transaction: Transaction,
  key: FlowKey,
  { receiver, declared }: Pick<FlowRequest, 'receiver' | 'declared'>,
  now: number,
): Promise<void> {
  await outbox.append(transaction, flowDraftCreated, {
    ...key,
    creditorFiscalCode: receiver.creditorFiscalCode,
    declaredPayments: declared.payments,
    declaredAmount: declared.amount,
    createdAt: toIso(now),
  });
}

/** States how far the upload of a draft has come, when it is worth telling. Only the PSP sees it: a draft is its own. */
export async function stateProgress(
  outbox: Outbox,
  transaction: Transaction,
  { pspCode, name }: FlowAddress,
  draft: LockedFlow,
  { before, after, changes }: MovedDraft,
  now: number,
): Promise<void> {
  if (!isProgress(draft.declared.payments, before.payments, after.payments)) return;
  await outbox.append(transaction, flowUploadProgressed, {
    pspCode,
    name,
    revision: draft.revision,
    creditorFiscalCode: draft.creditorFiscalCode,
    change: changes,
    receivedPayments: after.payments,
    receivedAmount: after.amount,
    declaredPayments: draft.declared.payments,
    declaredAmount: draft.declared.amount,
    at: toIso(now),
  });
}
