import type { FlowAddress } from '../domain/check-address.ts';
import { MOST_LINES } from '../domain/check-request.ts';
import { type Finding, findingsOf } from '../domain/dry-run.ts';
import type { FlowLine, FlowRequest } from '../domain/flow.ts';
import { lastRevision } from '../persistence/flow-writes.ts';
import { knownTransfers } from '../persistence/known-transfers.ts';
import { InputError } from '@nodo-aperto/kernel/faults';
import type { Writing } from './writing.ts';

/**
 * Looks at a flow as if it were created and filled, and keeps nothing.
 * @param complete whether these are all its lines
 * @throws InputError for more than 1000 lines
 */
export async function validateFlow(
  { database, directory }: Writing,
  address: FlowAddress,
  request: FlowRequest,
  { lines, complete }: { lines: readonly FlowLine[]; complete: boolean },
): Promise<Finding[]> {
  if (lines.length > MOST_LINES) throw InputError.at('payments', `has ${lines.length} elements`, `up to ${MOST_LINES} elements`);
  const { sender, receiver } = request;
  const { creditorFiscalCode } = receiver;
  const parties = {
    psp: await directory.psp(address.pspCode),
    broker: await directory.pspBroker(sender.brokerCode),
    channel: await directory.channel(sender.channelCode),
    creditor: await directory.creditorInstitution(creditorFiscalCode),
  };
  const last = await lastRevision(database, address.pspCode, address.name);
  const known = await knownTransfers(database, { ...address, creditorFiscalCode }, lines);
  return findingsOf({ address, request, lines, parties, last, known, complete });
}
