/**
 * Whether a notice may be verified or activated in the state it is in: PAYING is a payment in progress, PAID and NOTIFIED a duplicate,
 * anything else may go on. The node blocks concurrency, not the creditor. Source: Domain facts, Payments §2.1 and §2.6.
 */
import { Fault } from '@nodo-aperto/kernel/faults';
import type { NoticePaymentStatus } from '@nodo-aperto/schema/events';

/** @returns the fault that stops the request, undefined when it may go on */
export function noticeGate(status: NoticePaymentStatus | undefined): Fault | undefined {
  switch (status) {
    case 'PAYING':
      return new Fault('PPT_PAGAMENTO_IN_CORSO', { description: 'A payment session is open on this notice.' });
    case 'PAID':
    case 'NOTIFIED':
      return new Fault('PPT_PAGAMENTO_DUPLICATO', { description: 'This notice has been paid.' });
    default:
      return undefined;
  }
}

/** The answer to an activation while another one is at the creditor. Source: Domain facts, Payments §2.3 and §2.7 (concurrency). */
export function activationInProgress(): Fault {
  return new Fault('PPT_ATTIVAZIONE_IN_CORSO', { description: 'Another activation of this notice is being answered by its creditor.' });
}
