/** Collects the evidence of the KPIs from the facts of payments and reporting. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type Outbox, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Clock } from '@nodo-aperto/kernel/time';
import {
  callsObserved,
  flowPaymentsReported,
  flowPublished,
  type ObservedCall,
  paymentActivated,
  paymentBooked,
  paymentCancelled,
  paymentFailed,
  type PaymentSnapshot,
} from '@nodo-aperto/schema/events';
import { outcomeAnswersOf, stationCallsOf } from './observed-calls.ts';
import { type TouchedMonth, touchMonths } from '../persistence/evidence-months.ts';
import { noteStationCalls } from '../persistence/note-calls.ts';
import { noteFlow, noteLines } from '../persistence/note-flows.ts';
import { type ActivationFact, noteActivations, noteBookedTransfers, noteOutcomeAnswers } from '../persistence/note-payments.ts';

export interface EvidenceParts {
  outbox: Outbox;
  clock: Clock;
}

type Note = (events: readonly PlatformEvent[], transaction: Transaction) => Promise<TouchedMonth[]>;

/** A consumer that notes the events of a transaction and tells their months once for all. */
function evidenceConsumer(
  parts: EvidenceParts,
  definition: Pick<ConsumerDefinition, 'name' | 'source' | 'names'>,
  note: Note,
  reason: string,
): ConsumerDefinition {
  const noteAll = async (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> =>
    touchMonths(transaction, parts, await note(events, transaction), reason);
  return { ...definition, handle: (event, transaction) => noteAll([event], transaction), handleBatch: noteAll };
}

const PAYMENT_FACTS = [paymentActivated, paymentBooked, paymentFailed, paymentCancelled];

/** Payments before calls: an outcome's answer is noted on the activation that it speaks of. */
async function notePayments(events: readonly PlatformEvent[], transaction: Transaction): Promise<TouchedMonth[]> {
  const calls: ObservedCall[] = [];
  const facts: ActivationFact[] = [];
  const booked: PaymentSnapshot[] = [];
  for (const event of events) {
    if (event.name === callsObserved.name) {
      calls.push(...dataOf(callsObserved, event).calls);
      continue;
    }
    const contract = PAYMENT_FACTS.find(({ name }) => name === event.name) ?? paymentActivated;
    const payment = dataOf(contract, event);
    facts.push({ payment, cancelled: event.name === paymentCancelled.name });
    if (event.name === paymentBooked.name) booked.push(payment);
  }
  const touched = [...(await noteActivations(transaction, facts)), ...(await noteBookedTransfers(transaction, booked))];
  const [stations, answers] = [stationCallsOf(calls), outcomeAnswersOf(calls)];
  if (stations.length > 0) await noteStationCalls(transaction, stations);
  return answers.length > 0 ? [...touched, ...(await noteOutcomeAnswers(transaction, answers))] : touched;
}

async function noteReporting(events: readonly PlatformEvent[], transaction: Transaction): Promise<TouchedMonth[]> {
  const touched: TouchedMonth[] = [];
  for (const event of events) {
    if (event.name === flowPublished.name) touched.push(...(await noteFlow(transaction, dataOf(flowPublished, event))));
    else {
      const part = dataOf(flowPaymentsReported, event);
      touched.push(...(await noteLines(transaction, part, part.lines)));
    }
  }
  return touched;
}

export function evidenceConsumers(parts: EvidenceParts): readonly ConsumerDefinition[] {
  const paymentNames = [...PAYMENT_FACTS.map(({ name }) => name), callsObserved.name];
  return [
    evidenceConsumer(parts, { name: 'quality.payments', source: 'payments', names: paymentNames }, notePayments, 'a fact of a payment'),
    evidenceConsumer(
      parts,
      { name: 'quality.reporting', source: 'reporting', names: [flowPublished.name, flowPaymentsReported.name] },
      noteReporting,
      'a reporting flow or its lines',
    ),
  ];
}
