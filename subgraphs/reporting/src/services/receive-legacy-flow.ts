/** A whole flow at once, as the legacy primitive brings it. */
import { passwordMatches } from '@nodo-aperto/kernel/directory';
import { toLocalDate } from '@nodo-aperto/kernel/time';
import { checkFlowName } from '../domain/check-flow-name.ts';
import { checkFlowRequest, checkLines, MOST_LINES } from '../domain/check-request.ts';
import type { FlowLine, FlowRequest } from '../domain/flow.ts';
import { checkLegacySender, checkStillServed } from '../domain/legacy/check-caller.ts';
import { checkSameFlow, legacyFaultOf, type NamedFlow } from '../domain/legacy/check-document.ts';
import { nextRevision } from '../domain/next-revision.ts';
import { checkTotals, totalsOf } from '../domain/totals.ts';
import type { FlowKey } from '../persistence/flow-reads.ts';
import { insertFlow, insertLines, lockName, moveTotals } from '../persistence/flow-writes.ts';
import { switchOffDay } from '../persistence/switch-offs.ts';
import { publishDraft } from './publish-flow.ts';
import type { Writing } from './writing.ts';

/** Who sends a flow to whom, as the envelope says. */
export interface LegacyEnvelope extends NamedFlow {
  pspCode: string;
  brokerCode: string;
  channelCode: string;
  password: string;
  creditorFiscalCode: string;
}

/** Lines in one statement. */
const LINES_PER_STATEMENT = 5_000;

/**
 * What can be said before the flow itself is read: who sends it, whether the creditor is still served so, and its name.
 * @throws Fault PPT_PSP_…, PPT_INTERMEDIARIO_PSP_…, PPT_CANALE_…, PPT_AUTENTICAZIONE, PPT_DOMINIO_…, PPT_AUTORIZZAZIONE, PPT_SEMANTICA
 */
export async function checkLegacyEnvelope({ database, directory, clock }: Writing, envelope: LegacyEnvelope): Promise<void> {
  const channel = await directory.channel(envelope.channelCode);
  checkLegacySender({
    psp: await directory.psp(envelope.pspCode),
    broker: await directory.pspBroker(envelope.brokerCode),
    channel,
    authenticated: channel !== undefined && passwordMatches(channel, envelope.password),
    creditor: await directory.creditorInstitution(envelope.creditorFiscalCode),
  });
  checkStillServed(await switchOffDay(database, envelope.creditorFiscalCode), toLocalDate(clock.now()));
  asLegacy(() => checkFlowName(envelope.name, envelope.pspCode));
}

/**
 * Keeps a flow that came whole: checked by the same rules as one that is filled step by step, and published, or not kept at all.
 * @param envelope already checked by `checkLegacyEnvelope`
 * @throws Fault PPT_SEMANTICA
 */
export async function receiveLegacyFlow(
  writing: Writing,
  envelope: LegacyEnvelope,
  flow: { request: FlowRequest; lines: readonly FlowLine[] },
): Promise<FlowKey> {
  const { request, lines } = flow;
  checkSameFlow(envelope, request);
  asLegacy(() => {
    checkFlowRequest(request);
    checkTotals(request.declared, totalsOf(lines));
    for (let from = 0; from < lines.length; from += MOST_LINES) checkLines(lines.slice(from, from + MOST_LINES));
  });
  try {
    return await keep(writing, request, lines);
  } catch (error) {
    throw legacyFaultOf(error);
  }
}

function keep(writing: Writing, request: FlowRequest, lines: readonly FlowLine[]): Promise<FlowKey> {
  const { database, clock } = writing;
  const address = { pspCode: request.sender.pspCode, name: request.name };
  return database.transaction(async (transaction) => {
    const revision = nextRevision(await lockName(transaction, address.pspCode, address.name), request);
    const now = clock.now();
    const flowId = await insertFlow(transaction, request, revision, now);
    for (let from = 0; from < lines.length; from += LINES_PER_STATEMENT)
      await insertLines(transaction, flowId, lines.slice(from, from + LINES_PER_STATEMENT));
    await moveTotals(transaction, flowId, totalsOf(lines), now);
    return publishDraft(writing, transaction, address);
  });
}

function asLegacy(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw legacyFaultOf(error);
  }
}
