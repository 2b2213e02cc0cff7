/** Collects the evidence of the KPIs from the facts of payments and reporting. */
import { type ConsumerDefinition, dataOf } from '@nodo-aperto/kernel/events';
import {
  flowPaymentsReported,
  flowPublished,
  paymentActivated,
  paymentBooked,
  paymentCancelled,
  paymentFailed,
} from '@nodo-aperto/schema/events';
import { noteActivation, noteBookedTransfers, noteFlow, noteLines } from '../persistence/evidence.ts';

const payments: ConsumerDefinition = {
  name: 'quality.payments',
  source: 'payments',
  names: [paymentActivated.name, paymentBooked.name, paymentFailed.name, paymentCancelled.name],
  async handle(event, transaction) {
    const contract =
      [paymentActivated, paymentBooked, paymentFailed, paymentCancelled].find(({ name }) => name === event.name) ?? paymentActivated;
    const payment = dataOf(contract, event);
    await noteActivation(transaction, payment, event.name === paymentCancelled.name);
    if (event.name === paymentBooked.name) await noteBookedTransfers(transaction, payment);
  },
};

const reporting: ConsumerDefinition = {
  name: 'quality.reporting',
  source: 'reporting',
  names: [flowPublished.name, flowPaymentsReported.name],
  async handle(event, transaction) {
    if (event.name === flowPublished.name) return noteFlow(transaction, dataOf(flowPublished, event));
    const part = dataOf(flowPaymentsReported, event);
    await noteLines(transaction, part, part.lines);
  },
};

export const consumers: readonly ConsumerDefinition[] = [payments, reporting];
