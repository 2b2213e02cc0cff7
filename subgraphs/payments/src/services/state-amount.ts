/**
 * States what a creditor answered that a notice is worth, when the notice had been activated before: if it was paid in Stand-In meanwhile, or
 * is paid late, others tell from that how far the paid amount was off. Source: Domain facts, Payments §3.6; design, section 5 (7).
 */
import { toIso } from '@nodo-aperto/kernel/time';
import { noticeAmountLearnt } from '@nodo-aperto/schema/events';
import type { NoticeKey, NoticeState } from '../persistence/notice-queries.ts';
import type { PaymentsDependencies } from './dependencies.ts';

/** @param state how the notice stood before the creditor was asked; nothing is stated of one that nobody had activated */
export async function stateAmount(
  { database, outbox, clock }: Pick<PaymentsDependencies, 'database' | 'outbox' | 'clock'>,
  { creditorFiscalCode, noticeNumber }: NoticeKey,
  state: NoticeState | undefined,
  amount: number,
): Promise<void> {
  if (!state?.status) return;
  const fact = { creditorFiscalCode, noticeNumber, amount, occasion: 'VERIFICATION' as const, at: toIso(clock.now()) };
  await database.transaction((transaction) => outbox.append(transaction, noticeAmountLearnt, fact));
}
