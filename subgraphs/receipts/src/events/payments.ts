/** What payments states and receipts acts on: booked payments, and stations that enter or leave Stand-In. One consumer, so in their order. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, isEvent, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { paymentBooked, standInEntered, standInLeft } from '@nodo-aperto/schema/events';
import { type BookedPayment, makeReceipts, type ReceiptMaking } from '../services/make-receipt.ts';
import { followStation, type StationFollowing } from '../services/follow-station.ts';

export function paymentsConsumer(options: ReceiptMaking & StationFollowing): ConsumerDefinition {
  return {
    name: 'receipts.payments',
    source: 'payments',
    names: [paymentBooked.name, standInEntered.name, standInLeft.name],
    handle: (event, transaction) => apply(options, [event], transaction),
    handleBatch: (events, transaction) => apply(options, events, transaction),
  };
}

/** Bookings that follow one another make their receipts together; a station's news is between those before it and those after it. */
async function apply(options: ReceiptMaking & StationFollowing, events: readonly PlatformEvent[], transaction: Transaction): Promise<void> {
  const booked: BookedPayment[] = [];
  for (const event of events) {
    const statedAt = parseInstant(event.time) ?? options.clock.now();
    if (event.name === paymentBooked.name) {
      booked.push({ payment: dataOf(paymentBooked, event), bookedAt: statedAt, traceparent: event.traceparent });
      continue;
    }
    if (booked.length > 0) await makeReceipts(options, booked.splice(0), transaction);
    await followStation(options, stationOf(event, statedAt), transaction);
  }
  if (booked.length > 0) await makeReceipts(options, booked, transaction);
}

function stationOf(event: PlatformEvent, statedAt: number) {
  const standIn = isEvent(standInEntered, event);
  const { stationCode, reason, at, revision } = dataOf(standIn ? standInEntered : standInLeft, event);
  return { stationCode, standIn, since: parseInstant(at) ?? statedAt, reason, revision };
}
