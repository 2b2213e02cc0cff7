/** The facts about a receipt, from its record. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { EventContract, Outbox } from '@nodo-aperto/kernel/events';
import { toIso } from '@nodo-aperto/kernel/time';
import type { ReceiptSnapshot } from '@nodo-aperto/schema/events';
import { sentenceOf } from '../domain/delivery-failure.ts';
import type { ReceiptRecord, RecipientRecord } from '../persistence/receipt-records.ts';

export type ReceiptFact = EventContract<string, ReceiptSnapshot>;

/**
 * Encodes facts about a receipt for the statement that writes its rows, and has them published after the commit. Each gets a revision of
 * its own, the last one `receipt.revision`.
 */
export function encodeFacts(
  transaction: Transaction,
  outbox: Outbox,
  receipt: StatedReceipt,
  facts: readonly { readonly contract: ReceiptFact; readonly about?: StatedRecipient }[],
): string {
  const first = receipt.revision - facts.length + 1;
  const stated = facts.map(({ contract, about }, index) => ({
    contract: contract as EventContract,
    data: snapshotOf({ ...receipt, revision: first + index }, about),
  }));
  transaction.afterCommit(() => outbox.published());
  return outbox.encode(stated, receipt.traceparent === undefined ? {} : { traceparent: receipt.traceparent });
}

/** Facts about several receipts as those of one statement, in their order. */
export function joinFacts(encoded: readonly string[]): string {
  const lists = encoded.map((text) => text.slice(1, -1)).filter((text) => text !== '');
  return `[${lists.join(',')}]`;
}

/** What facts say of a receipt and of a recipient. */
export type StatedReceipt = Omit<ReceiptRecord, 'recipients'> & { readonly recipients: readonly StatedRecipient[] };
export type StatedRecipient = Pick<
  RecipientRecord,
  'creditorFiscalCode' | 'stationCode' | 'brokerCode' | 'status' | 'attempts' | 'nextAttemptAt' | 'claimedUntil' | 'error'
>;

function snapshotOf({ content, createdAt, revision, recipients }: StatedReceipt, about: StatedRecipient | undefined): ReceiptSnapshot {
  return {
    receiptId: content.receiptId,
    paymentToken: content.receiptId,
    creditorFiscalCode: content.creditorFiscalCode,
    noticeNumber: content.noticeNumber,
    iuv: content.iuv,
    amount: content.amount,
    pspCode: content.pspCode,
    standIn: content.standIn,
    createdAt: toIso(createdAt),
    recipients: recipients.map(recipientOf),
    ...(about && { recipient: recipientOf(about) }),
    revision,
  };
}

function recipientOf(recipient: StatedRecipient): ReceiptSnapshot['recipients'][number] {
  const { creditorFiscalCode, stationCode, brokerCode, status, attempts, nextAttemptAt, claimedUntil, error } = recipient;
  return {
    creditorFiscalCode,
    stationCode,
    brokerCode,
    status,
    attempts,
    ...(nextAttemptAt !== undefined && claimedUntil === undefined && { nextAttemptAt: toIso(nextAttemptAt) }),
    ...(error && { lastError: sentenceOf(error) }),
  };
}
