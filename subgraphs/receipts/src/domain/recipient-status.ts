/**
 * The states of a receipt towards one recipient: NOTICE_GENERATED → NOTICE_SENT → NOTIFIED or NOTICE_PENDING; a retry leads from
 * NOTICE_PENDING to NOTIFIED. The receipt is complete when every recipient is NOTIFIED. Source: Domain facts, Payments §2.6.
 */
import { InvariantError } from '@nodo-aperto/kernel/faults';
import type { RecipientStatus } from '@nodo-aperto/schema/events';

/** NOTICE_PENDING may follow itself: one more attempt failed. */
const NEXT: Readonly<Record<RecipientStatus, readonly RecipientStatus[]>> = {
  NOTICE_GENERATED: ['NOTICE_SENT'],
  NOTICE_SENT: ['NOTIFIED', 'NOTICE_PENDING'],
  NOTICE_PENDING: ['NOTIFIED', 'NOTICE_PENDING'],
  NOTIFIED: [],
};

/** The state in which an attempt leaves the recipient while its answer is awaited: a first sending shows, a retry stays pending. */
export function statusOnSending(status: RecipientStatus): RecipientStatus {
  return status === 'NOTICE_GENERATED' ? 'NOTICE_SENT' : status;
}

/** @throws InvariantError when the one state may not follow the other */
export function assertTransition(from: RecipientStatus, to: RecipientStatus): void {
  if (!NEXT[from].includes(to)) throw new InvariantError(`a recipient cannot go from ${from} to ${to}`);
}

export function isComplete(recipients: readonly { readonly status: RecipientStatus }[]): boolean {
  return recipients.every(({ status }) => status === 'NOTIFIED');
}
