/** Collects the evidence of the KPIs from the facts of payments and reporting. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type Outbox, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Clock } from '@nodo-aperto/kernel/time';
import {
  callsObserved,
  flowPaymentsReported,
  flowPublished,
  paymentActivated,
  paymentBooked,
  paymentCancelled,
  paymentFailed,
} from '@nodo-aperto/schema/events';
import { outcomeAnswersOf, stationCallsOf } from './observed-calls.ts';
import { type TouchedMonth, touchMonths } from '../persistence/evidence-months.ts';
import { noteStationCalls } from '../persistence/note-calls.ts';
import { noteFlow, noteLines } from '../persistence/note-flows.ts';
import { noteActivation, noteBookedTransfers, noteOutcomeAnswers } from '../persistence/note-payments.ts';

export interface EvidenceParts {
  outbox: Outbox;
  clock: Clock;
}

type Note = (event: PlatformEvent, transaction: Transaction) => Promise<TouchedMonth[]>;

/** A consumer that notes events one by one and tells their months once for all. */
function evidenceConsumer(
  parts: EvidenceParts,
  definition: Pick<ConsumerDefinition, 'name' | 'source' | 'names'>,
  note: Note,
  reason: string,
): ConsumerDefinition {
  const noteAll = async (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> => {
    const touched: TouchedMonth[] = [];
    for (const event of events) touched.push(...(await note(event, transaction)));
    await touchMonths(transaction, parts, touched, reason);
  };
  return { ...definition, handle: (event, transaction) => noteAll([event], transaction), handleBatch: noteAll };
}

const PAYMENT_FACTS = [paymentActivated, paymentBooked, paymentFailed, paymentCancelled];

async function notePayment(event: PlatformEvent, transaction: Transaction): Promise<TouchedMonth[]> {
  if (event.name === callsObserved.name) {
    const { calls } = dataOf(callsObserved, event);
    const [stations, answers] = [stationCallsOf(calls), outcomeAnswersOf(calls)];
    if (stations.length > 0) await noteStationCalls(transaction, stations);
    return answers.length > 0 ? noteOutcomeAnswers(transaction, answers) : [];
  }
  const contract = PAYMENT_FACTS.find(({ name }) => name === event.name) ?? paymentActivated;
  const payment = dataOf(contract, event);
  const touched = await noteActivation(transaction, payment, event.name === paymentCancelled.name);
  return event.name === paymentBooked.name ? [...touched, ...(await noteBookedTransfers(transaction, payment))] : touched;
}

async function noteReporting(event: PlatformEvent, transaction: Transaction): Promise<TouchedMonth[]> {
  if (event.name === flowPublished.name) return noteFlow(transaction, dataOf(flowPublished, event));
  const part = dataOf(flowPaymentsReported, event);
  return noteLines(transaction, part, part.lines);
}

export function evidenceConsumers(parts: EvidenceParts): readonly ConsumerDefinition[] {
  const paymentNames = [...PAYMENT_FACTS.map(({ name }) => name), callsObserved.name];
  return [
    evidenceConsumer(parts, { name: 'quality.payments', source: 'payments', names: paymentNames }, notePayment, 'a fact of a payment'),
    evidenceConsumer(
      parts,
      { name: 'quality.reporting', source: 'reporting', names: [flowPublished.name, flowPaymentsReported.name] },
      noteReporting,
      'a reporting flow or its lines',
    ),
  ];
}
