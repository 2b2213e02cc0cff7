/**
 * The outcome that nearly all are: of one token, whose session is open. What is decided about an open session depends on nothing but itself
 * (domain/outcome-decision.ts), so its payment is read without a lock and written on the condition that it is still as it was read. Whatever is
 * otherwise is left to who holds the lock.
 */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { ACTIVATION_PRIMITIVES } from '../domain/activation-primitives.ts';
import { decideOutcomeBatch } from '../domain/outcome-batch.ts';
import { settleOpenPayments } from '../persistence/outcome-queries.ts';
import type { Answer, PaymentsDependencies } from './dependencies.ts';
import type { KeyedRequest } from './keyed-request.ts';
import type { OutcomeRequest } from './send-payment-outcome.ts';
import { settledPayment } from './settled-payment.ts';

/**
 * @param transaction that in which the key of the request was taken; absent when it has none: then it is one statement, with those of others
 * @returns undefined when nothing was written: the outcome is to be decided under the lock of its notices
 */
export async function settleOpen(
  { clock, outbox, hotPath }: PaymentsDependencies,
  { entry }: KeyedRequest,
  request: OutcomeRequest,
  transaction?: Transaction,
): Promise<Answer | undefined> {
  const [paymentToken, ...more] = request.paymentTokens;
  if (paymentToken === undefined || more.length > 0 || (request.details?.marcheDaBollo?.length ?? 0) > 0) return undefined;
  const payment = await hotPath.readOpen(paymentToken, request.idPSP, transaction);
  if (!payment) return undefined;
  const { status } = payment;
  const { decisions, fault } = decideOutcomeBatch([{ token: { paymentToken, status }, others: [] }], request.outcome);
  const [decision] = decisions;
  if (fault || !decision || decision.effect === 'NONE') return undefined;
  const answer: Answer = { outcome: 'OK' };
  const settlement = {
    ...settledPayment(outbox, payment, { ...request, decision, cart: undefined }, clock.date()),
    ...(entry && { entry: { ...entry, response: answer } }),
  };
  if (transaction) {
    const [moved] = await settleOpenPayments(transaction, [settlement], ACTIVATION_PRIMITIVES);
    if (!moved) return undefined;
    transaction.afterCommit(() => outbox.published());
  } else {
    if (!(await hotPath.settle(settlement))) return undefined;
    outbox.published();
  }
  return answer;
}
