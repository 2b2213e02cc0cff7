/** PSPs report what they were paid: as the platform proposes it, a second time, and with totals that are not those of the payments. */
import { operativeDayOf } from '@nodo-aperto/kernel/calendar';
import { parseInstant, toIso } from '@nodo-aperto/kernel/time';
import { PlatformRefusalError } from '../../platform-client/index.ts';
import type { Document } from '../../platform-client/operations.ts';
import type { PopulationCreditor, PopulationPsp } from '../../population/index.ts';
import { ADD, CREATE, DRAFT_PROPOSED, PROPOSE, PUBLISH } from './operations.ts';
import type { ProposedLine } from './operations.ts';
import type { DrillWorld } from './world.ts';

const PROPOSAL_MS = 20_000;
const ASK_AGAIN_MS = 100;

/** What a PSP owes a creditor. */
interface Debt {
  readonly psp: PopulationPsp;
  readonly creditor: PopulationCreditor;
  readonly day: string;
}

/** Every PSP reports to every creditor that it has paid; the last pair does so with wrong totals first. */
export async function reportDay(world: DrillWorld): Promise<void> {
  const debts = debtsOf(world);
  for (const [index, debt] of debts.entries()) {
    const lines = await proposed(world, debt);
    if (index === debts.length - 1) await reportWrongly(world, debt, lines);
    await reportProposed(world, debt, 'A');
    await reportProposed(world, debt, 'B');
  }
}

/** The operative days of what was paid and accepted. */
function debtsOf({ ledger, population }: DrillWorld): readonly Debt[] {
  const debts = new Map<string, Debt>();
  for (const { step, sent, answer, pspCode, creditorFiscalCode, at } of ledger.of('ATTEMPT')) {
    if (step !== 'OUTCOME' || sent !== 'OK' || answer !== 'OK') continue;
    const psp = population.psps.find(({ code }) => code === pspCode);
    const creditor = population.creditors.find(({ fiscalCode }) => fiscalCode === creditorFiscalCode);
    const day = operativeDayOf(at);
    if (psp && creditor) debts.set(`${pspCode} ${creditorFiscalCode} ${day}`, { psp, creditor, day });
  }
  return [...debts.values()];
}

/** Waits until the platform proposes all that the PSP has been paid. */
async function proposed(world: DrillWorld, { psp, creditor, day }: Debt): Promise<readonly ProposedLine[]> {
  const { client, clock, ledger } = world;
  const paid = new Set(
    ledger
      .of('ATTEMPT')
      .filter(({ step, sent, answer }) => step === 'OUTCOME' && sent === 'OK' && answer === 'OK')
      .filter((each) => each.pspCode === psp.code && each.creditorFiscalCode === creditor.fiscalCode && operativeDayOf(each.at) === day)
      .map(({ paymentToken }) => paymentToken),
  ).size;
  const until = clock.monotonic() + PROPOSAL_MS;
  for (;;) {
    const { proposeFlow } = await client.run(PROPOSE, { creditor: creditor.fiscalCode, date: day }, { role: 'PSP', tenant: psp.code });
    if (proposeFlow.totalPayments >= paid || clock.monotonic() > until) return proposeFlow.payments.edges.map(({ node }) => node);
    await clock.sleep(ASK_AGAIN_MS, world.signal);
  }
}

async function reportProposed(world: DrillWorld, debt: Debt, suffix: string): Promise<void> {
  const { psp, creditor, day } = debt;
  const name = nameOf(debt, suffix);
  const input = { ...newFlow(debt, name), date: day };
  if ((await answerOf(world, debt, DRAFT_PROPOSED, { input })) !== 'OK') return;
  const at = world.clock.now();
  const answer = await answerOf(world, debt, PUBLISH, { name });
  const parties = { pspCode: psp.code, creditorFiscalCode: creditor.fiscalCode };
  world.ledger.append({ kind: 'FLOW', at, ...parties, flowName: name, operativeDay: day, answer });
}

/** Sends a flow that declares a cent more than its payments have. */
async function reportWrongly(world: DrillWorld, debt: Debt, lines: readonly ProposedLine[]): Promise<void> {
  const name = nameOf(debt, 'W');
  const [line] = lines;
  if (line === undefined) return;
  // Its only line is of no booked payment, so that what is to be reported stays to be reported.
  const stray = { ...line, iur: `${line.iur.slice(0, -4)}ffff`, index: 1 };
  const at = parseInstant(line.payDate) ?? world.clock.now();
  const totals = { totalPayments: 1, totalAmount: line.amount + 1 };
  const input = { ...newFlow(debt, name), flowDate: toIso(world.clock.now()), regulationDate: toIso(at).slice(0, 10), ...totals };
  if ((await answerOf(world, debt, CREATE, { input })) !== 'OK') return;
  await answerOf(world, debt, ADD, { name, payments: [stray] });
  await answerOf(world, debt, PUBLISH, { name });
}

function newFlow({ psp, creditor }: Debt, name: string) {
  const { fiscalCode: brokerCode, channelCode } = psp;
  return { name, creditorFiscalCode: creditor.fiscalCode, brokerCode, channelCode, regulation: `SCT-${name}`.slice(0, 35) };
}

/** A day, the PSP's code and a suffix of its own. */
function nameOf({ psp, creditor, day }: Debt, suffix: string): string {
  return `${day}${psp.code}-${creditor.fiscalCode.slice(-5)}${suffix}`.slice(0, 35);
}

async function answerOf<Variables extends object>(
  { client }: DrillWorld,
  { psp }: Debt,
  document: Document<{ answer: { outcome: 'OK' | 'KO'; fault: { code: string } | null } }, Variables>,
  variables: Variables,
): Promise<string> {
  try {
    const { answer } = await client.run(document, variables, { role: 'PSP', tenant: psp.code });
    return answer.outcome === 'OK' ? 'OK' : (answer.fault?.code ?? 'KO');
  } catch (error) {
    if (error instanceof PlatformRefusalError) return error.code;
    throw error;
  }
}
