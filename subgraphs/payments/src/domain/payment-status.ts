/**
 * The life of one payment: one token, from activation to the last receipt (POSITION_PAYMENT_STATUS).
 * Source: Domain facts, Payments §2.6.
 */
import { InvariantError } from '@nodo-aperto/kernel/faults';
import type { PaymentStatus } from '@nodo-aperto/schema/events';

/** What may follow each state. FAILED and NOTIFIED are final; a CANCELLED token can still be settled by a late outcome. */
export const PAYMENT_TRANSITIONS: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PAYING: ['PAID', 'FAILED', 'CANCELLED'],
  CANCELLED: ['PAID', 'FAILED'],
  PAID: ['NOTICE_GENERATED'],
  NOTICE_GENERATED: ['NOTICE_SENT'],
  NOTICE_SENT: ['NOTIFIED'],
  NOTIFIED: [],
  FAILED: [],
};

/** The states in which the money counts: at most one token of a notice is ever in one of them. */
export const BOOKED_STATUSES = ['PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED'] as const satisfies readonly PaymentStatus[];

/** Whether the payment counts: its outcome OK was booked. */
export function isBooked(status: PaymentStatus): boolean {
  return (BOOKED_STATUSES as readonly PaymentStatus[]).includes(status);
}

/** Whether the token holds its notice: an open session, or a booked payment. */
export function holdsNotice(status: PaymentStatus): boolean {
  return status === 'PAYING' || isBooked(status);
}

/** @throws InvariantError when the table knows no such step */
export function assertPaymentTransition(from: PaymentStatus, to: PaymentStatus): void {
  if (!PAYMENT_TRANSITIONS[from].includes(to)) throw new InvariantError(`a payment cannot go from ${from} to ${to}`);
}
