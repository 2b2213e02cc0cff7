/**
 * How the news of a receipt moves its payment: made → NOTICE_GENERATED, sent → NOTICE_SENT, with every recipient → NOTIFIED.
 * While one recipient lacks it the payment stays NOTICE_SENT and the notice PAID. Source: Domain facts, Payments §2.6.
 */
import type { PaymentStatus } from '@nodo-aperto/schema/events';

/** The receipt's facts that matter here, and the state each leads to. */
const RECEIPT_PROGRESS = {
  'receipt.created': 'NOTICE_GENERATED',
  'receipt.sent': 'NOTICE_SENT',
  'receipt.completed': 'NOTIFIED',
} as const satisfies Readonly<Record<string, PaymentStatus>>;
export type ReceiptFact = keyof typeof RECEIPT_PROGRESS;

const ORDER = ['PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED'] as const satisfies readonly PaymentStatus[];

/**
 * The states that a payment goes through because of a fact, in order: none when it is there or further already, several when facts
 * in between did not arrive (the history never skips a state). None for a payment that is not booked.
 */
export function progressOf(status: PaymentStatus, fact: ReceiptFact): readonly PaymentStatus[] {
  const from = (ORDER as readonly PaymentStatus[]).indexOf(status);
  if (from < 0) return [];
  return ORDER.slice(from + 1, ORDER.indexOf(RECEIPT_PROGRESS[fact]) + 1);
}
