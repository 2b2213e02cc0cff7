/** What the facts of other services show of the adoption of initiatives: the first time of each, by institution. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type PlatformEvent } from '@nodo-aperto/kernel/events';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { flowDraftCreated, noticeChanged, printFolderProgressed } from '@nodo-aperto/schema/events';
import { noteObservations, type Observation } from '../persistence/adoption-store.ts';

function observe(event: PlatformEvent): Observation[] {
  const at = parseInstant(event.time) ?? 0;
  switch (event.name) {
    case noticeChanged.name: {
      const { aca, creditorFiscalCode } = dataOf(noticeChanged, event);
      return aca ? [{ fact: 'ACA_FED', institution: creditorFiscalCode, at }] : [];
    }
    case printFolderProgressed.name: {
      const { owner } = dataOf(printFolderProgressed, event);
      return owner === undefined ? [] : [{ fact: 'NOTICES_PRINTED', institution: owner, at }];
    }
    // Only the new primitives, REST or the graph, begin a flow as a draft; the old one sends it whole.
    case flowDraftCreated.name:
      return [{ fact: 'FLOW_MADE', institution: dataOf(flowDraftCreated, event).pspCode, at }];
    default:
      return [];
  }
}

const note = (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> =>
  noteObservations(transaction, events.flatMap(observe));

export const adoptionConsumers: readonly ConsumerDefinition[] = [
  {
    name: 'onboarding.notices',
    source: 'notices',
    names: [noticeChanged.name, printFolderProgressed.name],
    handle: (event, transaction) => note([event], transaction),
    handleBatch: note,
    largestBatch: 1_000,
  },
  {
    name: 'onboarding.flows',
    source: 'reporting',
    names: [flowDraftCreated.name],
    handle: (event, transaction) => note([event], transaction),
    handleBatch: note,
  },
];
