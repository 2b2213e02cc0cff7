/** Follows the receipts of booked payments: made, sent, with everybody. The last step also settles the notice. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type Fact, type Outbox, type PlatformEvent, runWithTrace } from '@nodo-aperto/kernel/events';
import { InvariantError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import type { Clock } from '@nodo-aperto/kernel/time';
import { paymentProgressed, receiptCompleted, receiptCreated, receiptSent } from '@nodo-aperto/schema/events';
import { assertPaymentTransition } from '../domain/payment-status.ts';
import { progressOf } from '../domain/receipt-progress.ts';
import { snapshotOf } from '../persistence/payment-record.ts';
import { readPayments } from '../persistence/payment-queries.ts';
import { progressPayments } from '../persistence/progress-queries.ts';

const CONTRACTS = [receiptCreated, receiptSent, receiptCompleted];

export interface Following {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Logger;
}

export function receiptsConsumer(options: Following): ConsumerDefinition {
  return {
    name: 'payments.receipts',
    source: 'receipts',
    names: CONTRACTS.map((contract) => contract.name),
    handle: (event, transaction) => follow(options, [event], transaction),
    handleBatch: (events, transaction) => follow(options, events, transaction),
  };
}

/**
 * A booked payment is moved by nobody else, so it is read without a lock and written if it is still as it was read. Should it not be,
 * everything is rolled back and comes again.
 */
async function follow({ outbox, clock, log }: Following, events: readonly PlatformEvent[], transaction: Transaction): Promise<void> {
  const news = events.map((event) => ({ ...newsOf(event), traceparent: event.traceparent }));
  const before = await readPayments(
    transaction,
    news.map(({ paymentToken }) => paymentToken),
  );
  const after = new Map(before);
  const steps: { paymentToken: string; status: string }[] = [];
  const facts: Fact[] = [];
  for (const { paymentToken, fact, traceparent } of news) {
    let payment = after.get(paymentToken);
    if (!payment) throw new InvariantError('a receipt names a payment that does not exist');
    for (const status of progressOf(payment.status, fact)) {
      assertPaymentTransition(payment.status, status);
      payment = { ...payment, status, revision: payment.revision + 1 };
      steps.push({ paymentToken, status });
      facts.push({ contract: paymentProgressed, data: snapshotOf(payment), traceparent });
    }
    after.set(paymentToken, payment);
  }
  const moved = [...after.values()].flatMap((payment) => {
    const from = before.get(payment.paymentToken)?.revision ?? payment.revision;
    return from === payment.revision ? [] : [{ payment, from }];
  });
  if (moved.length === 0) return;
  const written = await progressPayments(transaction, { moved, steps, now: clock.date(), facts: outbox.encode(facts) });
  if (written !== moved.length) throw new InvariantError('a payment changed while its receipt was followed');
  transaction.afterCommit(() => {
    outbox.published();
    for (const { fact, traceparent } of news) runWithTrace(traceparent, () => log.info({ fact }, 'a payment followed its receipt'));
  });
}

function newsOf(event: PlatformEvent) {
  const contract = CONTRACTS.find(({ name }) => name === event.name);
  if (!contract) throw new InvariantError(`the event ${event.name} was not asked for`);
  return { paymentToken: dataOf(contract, event).paymentToken, fact: contract.name };
}
