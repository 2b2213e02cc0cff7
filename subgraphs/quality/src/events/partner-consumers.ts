/** What partner modules count of the facts of payments and receipts. */
import { type ConsumerDefinition, dataOf, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Transaction } from '@nodo-aperto/kernel/database';
import { addDays, startOfLocalDay, toLocalDate } from '@nodo-aperto/kernel/time';
import { paymentBooked, receiptCallsObserved, standInEntered } from '@nodo-aperto/schema/events';
import { instantOf } from '../persistence/instant.ts';
import { BIN_MS, noteStationCalls } from '../persistence/note-calls.ts';
import { addPartnerFacts, type PartnerFact } from '../persistence/partner-records.ts';
import { stationCallsOf } from './observed-calls.ts';

/** B.1: a transaction of a creditor on a day. B.3: a station entered Stand-In. */
function readPayment(event: PlatformEvent): PartnerFact[] {
  if (event.name === standInEntered.name) {
    const { brokerCode, stationCode, at } = dataOf(standInEntered, event);
    const from = instantOf(at);
    return [{ partnerCode: brokerCode, module: 'B.3', subject: stationCode, from, until: from + 1, part: 1, whole: 1 }];
  }
  const payment = dataOf(paymentBooked, event);
  const day = toLocalDate(instantOf(payment.outcomeAt ?? payment.activatedAt));
  return [
    {
      partnerCode: payment.creditorBrokerCode,
      module: 'B.1',
      subject: payment.creditorFiscalCode,
      from: startOfLocalDay(day),
      until: startOfLocalDay(addDays(day, 1)),
      part: 0,
      whole: 1,
    },
  ];
}

/** B.9: paSendRT calls that were taken or not, by their quarter of an hour; they are calls of the station as well. */
async function noteReceiptCalls(event: PlatformEvent, transaction: Transaction): Promise<void> {
  const calls = stationCallsOf(dataOf(receiptCallsObserved, event).calls);
  if (calls.length === 0) return;
  await noteStationCalls(transaction, calls);
  const facts = calls.map(({ brokerCode, stationCode, at, taken }): PartnerFact => {
    const from = Math.floor(at / BIN_MS) * BIN_MS;
    return { partnerCode: brokerCode, module: 'B.9', subject: stationCode, from, until: from + BIN_MS, part: taken ? 0 : 1, whole: 1 };
  });
  await addPartnerFacts(transaction, facts);
}

async function notePaymentFacts(events: readonly PlatformEvent[], transaction: Transaction): Promise<void> {
  await addPartnerFacts(transaction, events.flatMap(readPayment));
}

export const partnerConsumers: readonly ConsumerDefinition[] = [
  {
    name: 'quality.partner-payments',
    source: 'payments',
    names: [paymentBooked.name, standInEntered.name],
    handle: (event, transaction) => notePaymentFacts([event], transaction),
    handleBatch: notePaymentFacts,
  },
  { name: 'quality.receipt-calls', source: 'receipts', names: [receiptCallsObserved.name], handle: noteReceiptCalls },
];
