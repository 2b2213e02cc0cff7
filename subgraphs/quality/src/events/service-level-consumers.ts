/** Sums up raw calls as they come, and notes when stations are in Stand-In. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type ConsumerDefinition, dataOf, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Clock } from '@nodo-aperto/kernel/time';
import { callsObserved, receiptCallsObserved, standInEntered, standInLeft } from '@nodo-aperto/schema/events';
import { instantOf } from '../persistence/instant.ts';
import type { CallRecorder } from '../persistence/service-level/add-calls.ts';
import { noteStandInEntered, noteStandInLeft } from '../persistence/service-level/stand-in-periods.ts';

export interface ServiceLevelConsumerParts {
  recorder: CallRecorder;
  clock: Clock;
}

export function serviceLevelConsumers({ recorder, clock }: ServiceLevelConsumerParts): readonly ConsumerDefinition[] {
  const consumer = (
    definition: Pick<ConsumerDefinition, 'name' | 'source'>,
    contract: typeof callsObserved | typeof receiptCallsObserved,
  ) => {
    // One at a time: each holds up to 500 calls, and many in one transaction would outlast its deadline.
    const handle = async (event: PlatformEvent, transaction: Transaction): Promise<void> => {
      const { batch, calls } = dataOf(contract, event);
      await recorder.add(transaction, { batch, calls: calls.map((call) => ({ ...call, at: instantOf(call.at) })) }, clock.now());
    };
    return { ...definition, names: [contract.name], handle };
  };
  return [
    consumer({ name: 'quality.service-levels', source: 'payments' }, callsObserved),
    consumer({ name: 'quality.receipt-service-levels', source: 'receipts' }, receiptCallsObserved),
    { name: 'quality.stand-in-periods', source: 'payments', names: [standInEntered.name, standInLeft.name], handle: noteStandIn },
  ];
}

async function noteStandIn(event: PlatformEvent, transaction: Transaction): Promise<void> {
  const entered = event.name === standInEntered.name;
  const { at, ...change } = dataOf(entered ? standInEntered : standInLeft, event);
  await (entered ? noteStandInEntered : noteStandInLeft)(transaction, { ...change, at: instantOf(at) });
}
