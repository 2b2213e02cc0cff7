import type { Transaction } from '@nodo-aperto/kernel/database';
import { toIso } from '@nodo-aperto/kernel/time';
import { flowPublished } from '@nodo-aperto/schema/events';
import { checkAction } from '../domain/check-action.ts';
import type { FlowAddress } from '../domain/check-address.ts';
import { replaceableUntil } from '../domain/replaceable-until.ts';
import { checkTotals } from '../domain/totals.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { lockDraft, publish } from '../persistence/flow-writes.ts';
import { STATE_LINES, statePart } from './state-lines.ts';
import { checkSender, type Writing } from './writing.ts';

/**
 * Publishes a draft whose declared totals are those of its lines. Takes the same time whatever the number of lines: totals are kept with
 * every change, and of the lines only the first thousand are stated at once.
 * @throws Fault FDR_2000, FDR_2001, FDR_3001, FDR_3003, FDR_3008, FDR_3009, FDR_4001, FDR_4002
 */
export async function publishFlow(writing: Writing, address: FlowAddress): Promise<FlowKey> {
  await checkSender(writing, address);
  return writing.database.transaction((transaction) => publishDraft(writing, transaction, address));
}

/** Publishes the draft of a name in a transaction of the caller's. @throws as `publishFlow`, without the checks of the sender */
export async function publishDraft(
  { outbox, jobs, clock }: Pick<Writing, 'outbox' | 'jobs' | 'clock'>,
  transaction: Transaction,
  address: FlowAddress,
): Promise<FlowKey> {
  const draft = await lockDraft(transaction, address.pspCode, address.name);
  checkAction('PUBLISH', draft);
  checkTotals(draft.declared, draft.computed);
  const now = clock.now();
  await publish(transaction, draft.id, now);
  const key = { ...address, revision: draft.revision };
  await outbox.append(transaction, flowPublished, {
    ...key,
    creditorFiscalCode: draft.creditorFiscalCode,
    flowDate: toIso(draft.flowDate),
    regulation: draft.regulation,
    regulationDate: draft.regulationDate,
    totalPayments: draft.computed.payments,
    totalAmount: draft.computed.amount,
    publishedAt: toIso(now),
    ...(draft.revision > 1 && { replacesRevision: draft.revision - 1 }),
    replaceableUntil: toIso(replaceableUntil(draft.regulationDate)),
  });
  const more = await statePart(outbox, transaction, address, draft);
  if (more) await jobs.enqueue(transaction, STATE_LINES, key, { key: `${STATE_LINES}/${key.pspCode}/${key.name}/${key.revision}` });
  return key;
}
