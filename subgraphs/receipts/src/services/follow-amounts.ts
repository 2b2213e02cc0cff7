/** Keeps which notices were paid in Stand-In, and finds out what they were worth. The rule is in `domain/amount-drift.ts`. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { actualAmount, type AmountWord } from '../domain/amount-drift.ts';
import {
  bookedWithWords,
  deleteUnbooked,
  lockAmounts,
  type NoticeKey,
  noticesInStandIn,
  saveActual,
  saveStandInPayments,
  saveWords,
  type StandInPayment,
} from '../persistence/stand-in-payments.ts';

/** Payments in Stand-In were opened or booked, each named once; others, opened before, did not happen. */
export async function followStandInPayments(
  transaction: Transaction,
  payments: readonly StandInPayment[],
  failedTokens: readonly string[],
): Promise<void> {
  if (payments.length === 0 && failedTokens.length === 0) return;
  await lockAmounts(transaction);
  if (payments.length > 0) await saveStandInPayments(transaction, payments);
  if (failedTokens.length > 0) await deleteUnbooked(transaction, failedTokens);
  const booked = payments.filter((payment) => payment.paidAt !== undefined);
  if (booked.length > 0) await settleActual(transaction, booked);
}

/**
 * Creditors said what notices are worth.
 * @param options.always whether to keep the words although no payment in Stand-In is known yet: it may be told later, by another stream
 */
export async function followWords(
  transaction: Transaction,
  words: readonly (NoticeKey & AmountWord)[],
  options: { readonly always: boolean },
): Promise<void> {
  if (words.length === 0) return;
  await lockAmounts(transaction);
  const concerned = await noticesInStandIn(transaction, words);
  const about = words.filter((word) => concerned.has(`${word.creditorFiscalCode}/${word.noticeNumber}`));
  const kept = options.always ? words : about;
  if (kept.length > 0) await saveWords(transaction, kept);
  if (about.length > 0) await settleActual(transaction, about);
}

async function settleActual(transaction: Transaction, notices: readonly NoticeKey[]): Promise<void> {
  for (const { paymentToken, words, ...times } of await bookedWithWords(transaction, notices)) {
    const actual = actualAmount(words, times);
    if (actual) await saveActual(transaction, paymentToken, actual);
  }
}
