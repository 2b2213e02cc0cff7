/** Follows the receipts of booked payments: made, sent, with everybody. The last step also settles the notice. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type Outbox, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { InvariantError } from '@nodo-aperto/kernel/faults';
import type { Clock } from '@nodo-aperto/kernel/time';
import { paymentProgressed, receiptCompleted, receiptCreated, receiptSent } from '@nodo-aperto/schema/events';
import { assertPaymentTransition } from '../domain/payment-status.ts';
import { progressOf } from '../domain/receipt-progress.ts';
import { lockNoticesOf } from '../persistence/notice-queries.ts';
import { snapshotOf } from '../persistence/payment-record.ts';
import { movePayment, readPayment } from '../persistence/payment-queries.ts';

const CONTRACTS = [receiptCreated, receiptSent, receiptCompleted];

export function receiptsConsumer(options: { readonly outbox: Outbox; readonly clock: Clock }): ConsumerDefinition {
  return {
    name: 'payments.receipts',
    source: 'receipts',
    names: CONTRACTS.map((contract) => contract.name),
    handle: (event, transaction) => follow(options, event, transaction),
  };
}

async function follow({ outbox, clock }: { outbox: Outbox; clock: Clock }, event: PlatformEvent, transaction: Transaction): Promise<void> {
  const contract = CONTRACTS.find(({ name }) => name === event.name);
  if (!contract) throw new InvariantError(`the event ${event.name} was not asked for`);
  const { paymentToken } = dataOf(contract, event);
  await lockNoticesOf(transaction, [paymentToken]);
  let payment = await readPayment(transaction, paymentToken);
  if (!payment) throw new InvariantError('a receipt names a payment that does not exist');
  for (const status of progressOf(payment.status, contract.name)) {
    assertPaymentTransition(payment.status, status);
    const noticeStatus = status === 'NOTIFIED' ? 'NOTIFIED' : undefined;
    payment = { ...payment, status, revision: payment.revision + 1 };
    const fact = outbox.encode([{ contract: paymentProgressed, data: snapshotOf(payment) }]);
    const moved = await movePayment(transaction, { payment, noticeStatus, now: clock.date(), fact });
    if (!moved) throw new InvariantError('a payment changed while its notice was locked');
    transaction.afterCommit(() => outbox.published());
  }
}
