import { InputError } from '@nodo-aperto/kernel/faults';
import { checkFlowName } from '../domain/check-flow-name.ts';
import { checkParties } from '../domain/check-parties.ts';
import { checkFlowRequest } from '../domain/check-request.ts';
import type { FlowRequest } from '../domain/flow.ts';
import { nextRevision } from '../domain/next-revision.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { insertFlow, lockName } from '../persistence/flow-writes.ts';
import { fillFromBooked, lockProposals } from '../persistence/proposals.ts';
import { dayOf } from './read-flows.ts';
import { stateDraft } from './state-progress.ts';
import type { Writing } from './writing.ts';

/** What a proposed draft holds at most; the rest is proposed again. */
const MOST_PROPOSED_LINES = 100_000;

/**
 * Makes a draft of what a PSP still has to report to a creditor for an operative day: lines, totals and all. The PSP looks at it and publishes
 * it, or changes it, or deletes it.
 * @param request its declared totals are not looked at: those of the lines take their place
 * @throws InputError when there is nothing to report, or for a field; Fault FDR_2000 to FDR_2009, FDR_3002, FDR_3003, FDR_3008, FDR_3009, FDR_3011
 */
export async function draftProposal(writing: Writing, operativeDay: string, request: FlowRequest): Promise<FlowKey> {
  const { database, directory, outbox, clock } = writing;
  const { sender, receiver, name } = request;
  const { pspCode } = sender;
  const { creditorFiscalCode } = receiver;
  const wanted = dayOf({ pspCode, creditorFiscalCode, date: operativeDay });
  checkFlowRequest(request);
  checkParties({
    psp: await directory.psp(pspCode),
    broker: await directory.pspBroker(sender.brokerCode),
    channel: await directory.channel(sender.channelCode),
    creditor: await directory.creditorInstitution(creditorFiscalCode),
  });
  checkFlowName(name, pspCode);
  return database.transaction(async (transaction) => {
    await lockProposals(transaction, pspCode, creditorFiscalCode);
    const revision = nextRevision(await lockName(transaction, pspCode, name), request);
    const now = clock.now();
    const flowId = await insertFlow(transaction, request, revision, now);
    const declared = await fillFromBooked(transaction, flowId, wanted, { mostLines: MOST_PROPOSED_LINES, now });
    if (declared.payments === 0) throw InputError.at('date', 'has nothing that is not reported yet', 'an operative day with such payments');
    const key = { pspCode, name, revision };
    await stateDraft(outbox, transaction, key, { receiver, declared }, now);
    return key;
  });
}
