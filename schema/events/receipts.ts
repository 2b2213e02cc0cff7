/** Facts that the receipts subgraph states. */
import { defineEvent } from '@nodo-aperto/kernel/events';
import { z } from 'zod';
import { audience, cents, code, fiscalCode, instant, noticeNumber, observedCalls, paymentToken, revision } from './shapes.ts';

/** States of a receipt towards one recipient (RECEIPT_RECIPIENT_STATUS). Source: domain facts, Payments section 2.6. */
export const RECIPIENT_STATUSES = ['NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED', 'NOTICE_PENDING'] as const;
export type RecipientStatus = (typeof RECIPIENT_STATUSES)[number];

const recipient = z.object({
  creditorFiscalCode: fiscalCode,
  stationCode: code,
  /** The broker of the station, which sees the facts of its stations. */
  brokerCode: code.optional(),
  status: z.enum(RECIPIENT_STATUSES),
  attempts: z.number().int().min(0),
  nextAttemptAt: instant.optional(),
  /** Why the last attempt did not deliver. */
  lastError: z.string().max(500).optional(),
});

const receiptSnapshot = z.object({
  /** The receipt's id is the payment token (receiptId, IUR). */
  receiptId: paymentToken,
  paymentToken,
  creditorFiscalCode: fiscalCode,
  noticeNumber,
  iuv: z.string().min(1).max(35),
  amount: cents,
  pspCode: code,
  standIn: z.boolean(),
  createdAt: instant,
  recipients: z.array(recipient).max(50),
  /** The recipient that this fact is about; absent when it is about the whole receipt. */
  recipient: recipient.optional(),
  revision,
});
export type ReceiptSnapshot = z.output<typeof receiptSnapshot>;

function receiptEvent<Name extends string>(name: Name, describes: string) {
  return defineEvent({
    name,
    version: 1,
    source: 'receipts',
    schema: receiptSnapshot,
    describes,
    entityKey: (receipt) => receipt.receiptId,
    revision: (receipt) => receipt.revision,
    audience: (receipt) => [
      ...new Set([receipt.creditorFiscalCode, ...receipt.recipients.map((each) => each.creditorFiscalCode)].map(audience.creditor)),
      audience.psp(receipt.pspCode),
      ...new Set(receipt.recipients.flatMap(({ brokerCode }) => (brokerCode === undefined ? [] : [audience.broker(brokerCode)]))),
    ],
  });
}

export const receiptCreated = receiptEvent('receipt.created', 'A receipt was made for a booked payment.');
export const receiptSent = receiptEvent('receipt.sent', 'The receipt was sent to a recipient, whose answer is awaited.');
export const receiptDelivered = receiptEvent('receipt.delivered', 'A recipient has the receipt.');
export const receiptPending = receiptEvent('receipt.pending', 'A recipient could not take the receipt; it will be sent again.');
export const receiptExhausted = receiptEvent('receipt.exhausted', 'The attempts for a recipient are used up: it can fetch the receipt.');
export const receiptCompleted = receiptEvent('receipt.completed', 'Every recipient has the receipt.');

/** Evidence of paSendRT calls, in the shape of `calls.observed`. A crash loses that of the last second; nothing else depends on it. */
export const receiptCallsObserved = defineEvent({
  name: 'receipt-calls.observed',
  version: 1,
  source: 'receipts',
  schema: observedCalls,
  describes: 'Calls that delivered receipts to creditors, as they were seen by one process: raw evidence for service levels.',
  entityKey: (batch) => batch.batch,
  revision: () => 1,
  audience: () => [],
});
