/**
 * Whether a payment option may be chosen while the others of its position stand as they do. Paying one rules the others out: they are then
 * unknown to whoever pays. While one is being paid the others wait. Source: Domain facts, Payments §5.2.
 */
import { type Fault, faultCodeEntry, faultOfCreditor } from '@nodo-aperto/kernel/faults';
import type { NoticePaymentStatus } from '@nodo-aperto/schema/events';
import { activationInProgress, noticeGate } from './notice-gate.ts';

/** How a notice of another option is in the way: a payment's state, or an activation that is at the creditor. */
export type RivalState = Exclude<NoticePaymentStatus, 'INSERTED'> | 'CLAIMED';

/**
 * @param rivals the states of the notices of the other options
 * @returns the fault that stops the request, undefined when the option may be chosen
 */
export function optionGate(rivals: readonly RivalState[], creditorFiscalCode: string): Fault | undefined {
  if (rivals.some((state) => state === 'PAID' || state === 'NOTIFIED')) {
    const code = 'PAA_PAGAMENTO_SCONOSCIUTO';
    const description = 'Another payment option of the position was chosen.';
    return faultOfCreditor(creditorFiscalCode, { code, string: faultCodeEntry(code).faultString, description });
  }
  if (rivals.includes('PAYING')) return noticeGate('PAYING');
  return rivals.length > 0 ? activationInProgress() : undefined;
}
