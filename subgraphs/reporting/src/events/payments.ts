/** Projection of booked payments: what their PSPs owe lines for. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { invariant } from '@nodo-aperto/kernel/faults';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { paymentBooked } from '@nodo-aperto/schema/events';
import { reportableTransfers } from '../domain/reportable-transfers.ts';
import { type BookedTransfer, keepTransfers } from '../persistence/booked-transfers.ts';

/** Keeps the transfers of booked payments, late ones included. Repeats and older revisions change nothing. */
export function paymentsConsumer(): ConsumerDefinition {
  const apply = (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> =>
    keepTransfers(transaction, events.flatMap(transfersOf));
  return {
    name: 'reporting.payments',
    source: 'payments',
    names: [paymentBooked.name],
    handle: (event, transaction) => apply([event], transaction),
    handleBatch: apply,
  };
}

function transfersOf(event: PlatformEvent): BookedTransfer[] {
  const payment = dataOf(paymentBooked, event);
  // When the PSP reported that it was paid; a payment is booked by that report alone.
  const bookedAt = parseInstant(payment.outcomeAt ?? event.time);
  invariant(bookedAt !== undefined, `event ${event.id} has an instant that can be read`);
  return reportableTransfers(payment).map((transfer) => ({ ...transfer, bookedAt, revision: payment.revision }));
}
