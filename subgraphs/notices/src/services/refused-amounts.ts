/**
 * A load that is refused because its notice is paid already still says what the creditor thinks that the notice is worth. Receipts compares
 * it with what was paid in Stand-In. Source: Domain facts, Payments §3.6; design, section 5 (7).
 */
import { toIso } from '@nodo-aperto/kernel/time';
import type { AmountLearnt } from '@nodo-aperto/schema/events';
import { type DebtPosition, instalmentsOf } from '../domain/position.ts';
import type { ThinPosition } from '../domain/thin-position.ts';

/** @returns undefined when the load says nothing new: the notice is unknown or unpaid, the amount is that of the notice, or 0 */
export function refusedAmount(
  request: Pick<ThinPosition, 'creditorFiscalCode' | 'noticeNumber' | 'amount'>,
  position: DebtPosition | undefined,
  options: { readonly now: number; readonly several: boolean },
): AmountLearnt | undefined {
  const { creditorFiscalCode, noticeNumber, amount } = request;
  const found = position && instalmentsOf(position).find(({ instalment }) => instalment.noticeNumber === noticeNumber)?.instalment;
  if (!found?.payment || amount === 0 || amount === found.amount) return undefined;
  return { creditorFiscalCode, noticeNumber, amount, occasion: options.several ? 'UPLOAD' : 'UPDATE', at: toIso(options.now) };
}
