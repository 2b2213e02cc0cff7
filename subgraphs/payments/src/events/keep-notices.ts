/** Projection of ACA: every notice as its subgraph last stated it. An older state never overwrites a newer one. */
import { type ConsumerDefinition, dataOf } from '@nodo-aperto/kernel/events';
import { noticeChanged } from '@nodo-aperto/schema/events';
import { keepNotices } from '../persistence/aca-queries.ts';

export const noticesConsumer: ConsumerDefinition = {
  name: 'payments.notices',
  source: 'notices',
  names: [noticeChanged.name],
  handle: (event, transaction) => keepNotices(transaction, [dataOf(noticeChanged, event)]),
  handleBatch: (events, transaction) =>
    keepNotices(
      transaction,
      events.map((event) => dataOf(noticeChanged, event)),
    ),
};
