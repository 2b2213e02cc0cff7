/**
 * The answer for a creditor that leaves its positions to the platform (asynchronous): the platform is its system, so the position itself
 * answers, and what it refuses is the creditor's own refusal. It is not Stand-In, and whoever may be paid in Stand-In does not matter.
 * Source: Domain facts, Payments §4.1 (asynchronous creditors), §3.7 point 7 (states).
 */
import { type Fault, faultCodeEntry, faultOfCreditor } from '@nodo-aperto/kernel/faults';
import type { NoticeSnapshot } from '@nodo-aperto/schema/events';
import { type AcaRefusal, answerByStatus } from './aca-guard.ts';
import { positionStatusAt } from './aca-position.ts';

/** @param now epoch milliseconds */
export function managedPosition(
  notice: NoticeSnapshot | undefined,
  creditorFiscalCode: string,
  now: number,
): { readonly notice: NoticeSnapshot } | { readonly fault: Fault } {
  const refused = (code: AcaRefusal['code'], description: string): { fault: Fault } => ({
    fault: faultOfCreditor(creditorFiscalCode, { code, string: faultCodeEntry(code).faultString, description }),
  });
  if (!notice || notice.deleted) return refused('PAA_PAGAMENTO_SCONOSCIUTO', 'The creditor has no such notice.');
  const answer = answerByStatus(notice, positionStatusAt(notice, now));
  return answer.kind === 'OFFERED' ? { notice: answer.notice } : refused(answer.code, answer.reason);
}
