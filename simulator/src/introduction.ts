/** Makes the population known to a platform: loads its parties, and one open notice of each creditor. */
import type { Logger } from '@nodo-aperto/kernel/logging';
import { AbortedError, withDeadline } from '@nodo-aperto/kernel/time';
import type { Clock } from '@nodo-aperto/kernel/time';
import type { Fleet, IssuedNotice } from './creditors/index.ts';
import { importDirectory, verifyPaymentNotice } from './platform-client/index.ts';
import type { DirectoryIssue, PlatformClient } from './platform-client/index.ts';
import { directoryFileOf } from './population/index.ts';
import type { Population } from './population/index.ts';
import { loadInAca } from './traffic/index.ts';

export interface IntroductionOptions {
  readonly fleet: Fleet;
  readonly client: PlatformClient;
  readonly population: Population;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The platform does not take the population's directory file: a repeat would not help. */
class DirectoryRefusedError extends Error {
  override readonly name = 'DirectoryRefusedError';

  constructor(issues: readonly DirectoryIssue[]) {
    const sentences = issues.slice(0, 5).map(({ line, path, message }) => `${line === null ? '' : `line ${line}, `}${path}: ${message}`);
    super(`The platform refused the demo's directory file: ${sentences.join('; ')}`);
  }
}

/** Faults and refusals that say that a party is not known to the platform, or not yet to all its parts. */
const UNKNOWN_PARTY: readonly string[] = [
  'PPT_PSP_SCONOSCIUTO',
  'PPT_INTERMEDIARIO_PSP_SCONOSCIUTO',
  'PPT_CANALE_SCONOSCIUTO',
  'PPT_DOMINIO_SCONOSCIUTO',
  'PPT_INTERMEDIARIO_PA_SCONOSCIUTO',
  'PPT_STAZIONE_INT_PA_SCONOSCIUTA',
  'POSITION_NOT_FOUND',
  'POSITION_UNPROCESSABLE',
  'POSITION_FORBIDDEN',
];

export function saysUnknownParty(code: string): boolean {
  return UNKNOWN_PARTY.includes(code);
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
const SPREAD_MS = 30_000;
const ASK_AGAIN_MS = 250;

/**
 * Introduces the population, however long the platform takes to be there.
 * @returns the open notices, owed by the population's first citizen
 * @throws DirectoryRefusedError, AbortedError
 */
export async function introduce(options: IntroductionOptions): Promise<readonly IssuedNotice[]> {
  const { clock, log, signal } = options;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    try {
      await loadParties(options);
      return await withDeadline(clock, SPREAD_MS, 'the platform to know the demo', (inner) => openNotices(options, inner), signal);
    } catch (error) {
      if (signal.aborted || error instanceof AbortedError || error instanceof DirectoryRefusedError) throw error;
      log.warn({ err: error }, 'the demo could not be introduced to the platform yet');
    }
    await clock.sleep(pause, signal);
  }
}

/** Loads the parties with the fleet's present addresses. The same file twice changes nothing. */
export async function loadParties({ client, population, fleet, log, signal }: IntroductionOptions): Promise<void> {
  const file = directoryFileOf(population, fleet.endpointOf);
  const { importDirectory: result } = await client.run(importDirectory, { file }, { role: 'OPERATOR' }, signal);
  if (result.issueCount > 0) throw new DirectoryRefusedError(result.issues);
  const { created, updated, unchanged } = result;
  log.info({ created, updated, unchanged }, 'the parties of the demo are loaded');
}

/** Each part of the platform learns of the parties in its own time: ends when notices and payments know every creditor and PSP. */
async function openNotices(options: IntroductionOptions, signal: AbortSignal): Promise<readonly IssuedNotice[]> {
  const { population, fleet } = options;
  const [citizen] = population.citizens;
  const notices: IssuedNotice[] = [];
  for (const { stationCode, tariffs } of population.creditors) {
    const { median: amount = 1_000, description = 'Avviso' } = tariffs[0] ?? {};
    const debtor = { type: 'F', code: citizen?.fiscalCode ?? 'ANONIMO', fullName: citizen?.fullName ?? 'Anonimo' } as const;
    const notice = fleet.issueNotice(stationCode, { amount, description, debtor });
    await untilKnown(options, signal, () => loadInAca(options.client, notice, signal));
    notices.push(notice);
  }
  for (const [index, notice] of notices.entries()) {
    const psp = population.psps[index % population.psps.length];
    if (psp !== undefined) await untilKnown(options, signal, () => verify(options.client, notice, psp, signal));
  }
  return notices;
}

async function untilKnown({ clock }: IntroductionOptions, signal: AbortSignal, ask: () => Promise<string | undefined>): Promise<void> {
  for (let code = await ask(); code !== undefined && saysUnknownParty(code); code = await ask()) await clock.sleep(ASK_AGAIN_MS, signal);
}

async function verify(
  client: PlatformClient,
  notice: IssuedNotice,
  psp: Population['psps'][number],
  signal: AbortSignal,
): Promise<string | undefined> {
  const qrCode = { fiscalCode: notice.creditorFiscalCode, noticeNumber: notice.noticeNumber };
  const input = { idPSP: psp.code, idBrokerPSP: psp.fiscalCode, idChannel: psp.channelCode, qrCode };
  const { verifyPaymentNotice: result } = await client.run(verifyPaymentNotice, { input }, { role: 'PSP', tenant: psp.code }, signal);
  return result.fault?.code;
}
