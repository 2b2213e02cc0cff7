/**
 * When a payment is longer in its state than it should be: an open session past its token's end and two runs of the expiry job, a booked
 * payment without its receipt, a receipt that was not sent, or one still on its way after every retry. Final states are never stuck.
 * Source: Domain facts, Payments §2.5 (the job), §2.6 (states), §3.9 (retries of receipts).
 */
import type { Settings } from '@nodo-aperto/kernel/directory';
import { MINUTE, SECOND } from '@nodo-aperto/kernel/time';
import type { PaymentStatus } from '@nodo-aperto/schema/events';

/** States in which a payment can be stuck. */
export const PASSING_STATUSES = ['PAYING', 'PAID', 'NOTICE_GENERATED', 'NOTICE_SENT'] as const satisfies readonly PaymentStatus[];
export type PassingStatus = (typeof PASSING_STATUSES)[number];

/** The expiry job runs once a minute and may be busy for one run. */
const EXPIRY_MS = 2 * MINUTE;
/** A receipt is made within seconds of the outcome. */
const RECEIPT_MS = MINUTE;

/** Milliseconds that a payment may be in each state: PAYING from the end of its token, the others from when they began. */
export function expectedMs(
  settings: Pick<Settings, 'receiptTimeoutMs' | 'receiptRetryMax' | 'receiptRetryMinutes'>,
): Readonly<Record<PassingStatus, number>> {
  const { receiptTimeoutMs, receiptRetryMax, receiptRetryMinutes } = settings;
  const attempt = receiptTimeoutMs + 30 * SECOND;
  return {
    PAYING: EXPIRY_MS,
    PAID: RECEIPT_MS,
    NOTICE_GENERATED: RECEIPT_MS + attempt,
    NOTICE_SENT: attempt + receiptRetryMax * (receiptRetryMinutes * MINUTE + attempt),
  };
}

/** What is probably the matter, for people. */
export const STUCK_BECAUSE: Readonly<Record<PassingStatus, string>> = {
  PAYING: 'The token has expired and the job TOKEN_EXPIRY has not cancelled it.',
  PAID: 'No receipt was made of the booked payment.',
  NOTICE_GENERATED: 'The receipt was made and nobody has tried to deliver it.',
  NOTICE_SENT: 'A recipient of the receipt has not taken it after every retry.',
};
