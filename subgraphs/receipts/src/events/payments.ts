/** What payments states and receipts acts on: booked payments, and stations that enter or leave Stand-In. One consumer, so in their order. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, isEvent, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { paymentBooked, standInEntered, standInLeft } from '@nodo-aperto/schema/events';
import { makeReceipt, type ReceiptMaking } from '../services/make-receipt.ts';
import { followStation, type StationFollowing } from '../services/follow-station.ts';

export function paymentsConsumer(options: ReceiptMaking & StationFollowing): ConsumerDefinition {
  return {
    name: 'receipts.payments',
    source: 'payments',
    names: [paymentBooked.name, standInEntered.name, standInLeft.name],
    handle: (event, transaction) => apply(options, event, transaction),
  };
}

async function apply(options: ReceiptMaking & StationFollowing, event: PlatformEvent, transaction: Transaction): Promise<void> {
  const statedAt = parseInstant(event.time) ?? options.clock.now();
  if (event.name === paymentBooked.name) {
    const payment = dataOf(paymentBooked, event);
    await makeReceipt(options, { payment, bookedAt: statedAt, traceparent: event.traceparent }, transaction);
    return;
  }
  const standIn = isEvent(standInEntered, event);
  const { stationCode, reason, at, revision } = dataOf(standIn ? standInEntered : standInLeft, event);
  await followStation(options, { stationCode, standIn, since: parseInstant(at) ?? statedAt, reason, revision }, transaction);
}
