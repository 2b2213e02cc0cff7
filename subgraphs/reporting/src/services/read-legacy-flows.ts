/** What creditors' stations read of flows over the legacy primitives. */
import { passwordMatches } from '@nodo-aperto/kernel/directory';
import { Fault } from '@nodo-aperto/kernel/faults';
import { isCreditorFiscalCode } from '@nodo-aperto/kernel/identifiers';
import { DAY, toLocalDate } from '@nodo-aperto/kernel/time';
import { checkLegacyReader, checkStillServed } from '../domain/legacy/check-caller.ts';
import { receivedFlow, receivedSince } from '../persistence/legacy-reads.ts';
import { switchedOff, switchOffDay } from '../persistence/switch-offs.ts';
import type { FlowRow } from '../persistence/tables.ts';
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Writing } from './writing.ts';

/** Who asks, and about whom. */
export interface LegacyReading {
  brokerCode: string;
  stationCode: string;
  password: string;
  creditorFiscalCode: string | undefined;
  pspCode: string | undefined;
}

export type StationDirectory = Pick<Directory, 'creditorBroker' | 'station' | 'routes' | 'list' | 'psp' | 'creditorInstitution'>;
export interface LegacyReads extends Pick<Writing, 'database' | 'clock'> {
  directory: StationDirectory;
}

/** Flows of the last thirty days are listed. Source: Domain facts, Reporting §1.6. */
const LISTED_DAYS = 30;
const ROUTES_PER_PAGE = 1_000;

/**
 * The creditors whose flows the caller may read: the one it names, or all that its station serves.
 * @throws Fault PPT_INTERMEDIARIO_PA_…, PPT_STAZIONE_INT_PA_…, PPT_AUTENTICAZIONE, PPT_DOMINIO_…, PPT_PSP_…, PPT_AUTORIZZAZIONE
 */
async function creditorsFor({ database, directory, clock }: LegacyReads, reading: LegacyReading): Promise<string[]> {
  const { creditorFiscalCode, pspCode, stationCode } = reading;
  const station = await directory.station(stationCode);
  const routes =
    creditorFiscalCode !== undefined && isCreditorFiscalCode(creditorFiscalCode) ? await directory.routes(creditorFiscalCode) : [];
  checkLegacyReader({
    broker: await directory.creditorBroker(reading.brokerCode),
    station,
    authenticated: station !== undefined && passwordMatches(station, reading.password),
    ...(creditorFiscalCode !== undefined && {
      creditor: {
        party: await directory.creditorInstitution(creditorFiscalCode),
        servedByStation: routes.some((route) => route.station === stationCode),
      },
    }),
    ...(pspCode !== undefined && { psp: { party: await directory.psp(pspCode) } }),
  });
  const today = toLocalDate(clock.now());
  if (creditorFiscalCode !== undefined) {
    checkStillServed(await switchOffDay(database, creditorFiscalCode), today);
    return [creditorFiscalCode];
  }
  const served = await servedBy(directory, stationCode);
  const off = await switchedOff(database, served, today);
  return served.filter((each) => !off.has(each));
}

/** The creditors that a station serves. */
async function servedBy(directory: StationDirectory, stationCode: string): Promise<string[]> {
  const served = new Set<string>();
  for (let after: string | undefined; ; ) {
    const page = await directory.list('route', { first: ROUTES_PER_PAGE, ...(after !== undefined && { after }) });
    for (const { data } of page) if (data.station === stationCode) served.add(data.creditorInstitution);
    after = page.at(-1)?.code;
    if (page.length < ROUTES_PER_PAGE || after === undefined) return [...served];
  }
}

/** Names and dates of the flows received in the last thirty days, the oldest first; the last revision of each. @throws as `creditorsFor` */
export async function listLegacyFlows(
  reads: LegacyReads,
  reading: LegacyReading,
  limit: number,
): Promise<{ name: string; flowDate: number }[]> {
  const creditorFiscalCodes = await creditorsFor(reads, reading);
  const since = reads.clock.now() - LISTED_DAYS * DAY;
  return receivedSince(reads.database, { creditorFiscalCodes, pspCode: reading.pspCode, since }, limit);
}

/** The last revision of a flow. @throws as `creditorsFor`, and Fault PPT_ID_FLUSSO_SCONOSCIUTO */
export async function legacyFlow(reads: LegacyReads, reading: LegacyReading, name: string): Promise<FlowRow> {
  const creditorFiscalCodes = await creditorsFor(reads, reading);
  const flow = await reads.database.read((manager) => receivedFlow(manager, { name, creditorFiscalCodes, pspCode: reading.pspCode }));
  if (!flow) throw new Fault('PPT_ID_FLUSSO_SCONOSCIUTO');
  return flow;
}
