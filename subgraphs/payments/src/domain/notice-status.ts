/**
 * What the node knows of a notice as a whole (POSITION_STATUS): free, in payment, paid, receipted.
 * Source: Domain facts, Payments §2.6.
 */
import { InvariantError } from '@nodo-aperto/kernel/faults';
import type { NoticePaymentStatus } from '@nodo-aperto/schema/events';

/** What may follow each state; `NONE` is a notice that nobody has activated yet. */
export const NOTICE_TRANSITIONS: Readonly<Record<NoticePaymentStatus | 'NONE', readonly NoticePaymentStatus[]>> = {
  NONE: ['PAYING'],
  INSERTED: ['PAYING', 'PAID'],
  PAYING: ['PAID', 'INSERTED'],
  PAID: ['NOTIFIED'],
  NOTIFIED: [],
};

/** @throws InvariantError when the table knows no such step */
export function assertNoticeTransition(from: NoticePaymentStatus | undefined, to: NoticePaymentStatus): void {
  if (!NOTICE_TRANSITIONS[from ?? 'NONE'].includes(to)) throw new InvariantError(`a notice cannot go from ${from ?? 'no state'} to ${to}`);
}
