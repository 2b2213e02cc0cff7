import { checkAddress, type FlowAddress } from '../domain/check-address.ts';
import { checkFlowName } from '../domain/check-flow-name.ts';
import { checkParties } from '../domain/check-parties.ts';
import { checkFlowRequest } from '../domain/check-request.ts';
import type { FlowRequest } from '../domain/flow.ts';
import { nextRevision } from '../domain/next-revision.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { insertFlow, lockName } from '../persistence/flow-writes.ts';
import { stateDraft } from './state-progress.ts';
import type { Writing } from './writing.ts';

/**
 * Creates an empty flow, or a new revision of a published one.
 * @param address what the request says it is about, outside its body
 * @throws InputError for a field; Fault FDR_2000 to FDR_2009, FDR_3002 to FDR_3004, FDR_3008 to FDR_3011
 */
export async function createFlow(writing: Writing, address: FlowAddress, request: FlowRequest): Promise<FlowKey> {
  const { database, directory, outbox, clock } = writing;
  checkFlowRequest(request);
  const { sender, receiver } = request;
  checkParties({
    psp: await directory.psp(address.pspCode),
    broker: await directory.pspBroker(sender.brokerCode),
    channel: await directory.channel(sender.channelCode),
    creditor: await directory.creditorInstitution(receiver.creditorFiscalCode),
  });
  checkFlowName(address.name, address.pspCode);
  checkAddress(address, request);
  return database.transaction(async (transaction) => {
    const revision = nextRevision(await lockName(transaction, address.pspCode, address.name), request);
    const now = clock.now();
    await insertFlow(transaction, request, revision, now);
    await stateDraft(outbox, transaction, { ...address, revision }, request, now);
    return { ...address, revision };
  });
}
