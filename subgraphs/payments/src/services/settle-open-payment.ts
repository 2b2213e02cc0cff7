/**
 * The outcome that nearly all are: of one token, whose session is open. What is decided about an open session depends on nothing but itself
 * (domain/outcome-decision.ts), so its payment is read without a lock and written on the condition that it is still as it was read. Whatever is
 * otherwise is left to who holds the lock.
 */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { decideOutcomeBatch } from '../domain/outcome-batch.ts';
import { readOpenPayment, settleOpenPayment } from '../persistence/outcome-queries.ts';
import { ACTIVATION_PRIMITIVES } from './activate-payment-notice.ts';
import type { Answer, PaymentsDependencies } from './dependencies.ts';
import type { KeyedRequest } from './keyed-request.ts';
import type { OutcomeRequest } from './send-payment-outcome.ts';
import { settledPayment } from './settled-payment.ts';

/**
 * @param connection a transaction in which the key of the request was taken; the database when it has none: then it is one statement
 * @returns undefined when nothing was written: the outcome is to be decided under the lock of its notices
 */
export async function settleOpen(
  { clock, outbox }: PaymentsDependencies,
  connection: Database | Transaction,
  { entry }: KeyedRequest,
  request: OutcomeRequest,
): Promise<Answer | undefined> {
  const [paymentToken, ...more] = request.paymentTokens;
  if (paymentToken === undefined || more.length > 0 || (request.details?.marcheDaBollo?.length ?? 0) > 0) return undefined;
  const payment = await readOpenPayment(connection, paymentToken, request.idPSP);
  if (!payment) return undefined;
  const { status } = payment;
  const { decisions, fault } = decideOutcomeBatch([{ token: { paymentToken, status }, others: [] }], request.outcome);
  const [decision] = decisions;
  if (fault || !decision || decision.effect === 'NONE') return undefined;
  const answer: Answer = { outcome: 'OK' };
  const written = await settleOpenPayment(connection, {
    ...settledPayment(outbox, payment, { ...request, decision, cart: undefined }, clock.date()),
    forgotten: ACTIVATION_PRIMITIVES,
    ...(entry && { entry: { ...entry, response: answer } }),
  });
  if (!written) return undefined;
  if ('afterCommit' in connection) connection.afterCommit(() => outbox.published());
  else outbox.published();
  return answer;
}
