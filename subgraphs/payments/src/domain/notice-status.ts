/**
 * What the node knows of a notice as a whole (POSITION_STATUS): free, in payment, paid, receipted.
 * Source: Domain facts, Payments §2.6.
 */
import { Fault, InvariantError } from '@nodo-aperto/kernel/faults';
import type { NoticePaymentStatus } from '@nodo-aperto/schema/events';

/** What may follow each state; `NONE` is a notice that nobody has activated yet. */
const NOTICE_TRANSITIONS: Readonly<Record<NoticePaymentStatus | 'NONE', readonly NoticePaymentStatus[]>> = {
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

/**
 * The answer to an outcome whose notice the node no longer has, though it has the token. Source: Domain facts, Payments §2.3
 * (PPT_PAGAMENTO_SCONOSCIUTO).
 * @param known whether the node has the notices of all tokens
 */
export function noticeGone(known: boolean): Fault | undefined {
  return known ? undefined : new Fault('PPT_PAGAMENTO_SCONOSCIUTO', { description: 'The node no longer has the notice of this token.' });
}
