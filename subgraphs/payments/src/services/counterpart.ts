/** Looks up whom a payment is for, and has the domain judge it. */
import type { CreditorBroker, CreditorInstitution, Directory, Route, Service, Station } from '@nodo-aperto/kernel/directory';
import { type Fault, InvariantError } from '@nodo-aperto/kernel/faults';
import type { NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { checkCreditor, checkRoute, checkStation } from '../domain/counterpart.ts';
import { type Maintenance, maintenanceAt } from '../domain/maintenance.ts';
import type { QrCode } from '../domain/request-syntax.ts';

/** A creditor and the station through which it is asked; all checks passed. */
export interface Addressee {
  readonly creditor: CreditorInstitution;
  readonly station: Station;
  readonly broker: CreditorBroker;
  /** The maintenance of the station under way. */
  readonly maintenance: Maintenance | undefined;
}

/** The creditor of a notice and the station that serves it. */
export interface Counterpart extends Addressee {
  readonly route: Route;
}

export async function findCounterpart(
  directory: Directory,
  { fiscalCode, noticeNumber }: QrCode,
  now: number,
): Promise<{ counterpart: Counterpart } | { fault: Fault }> {
  const creditor = await directory.creditorInstitution(fiscalCode);
  const unknown = checkCreditor(fiscalCode, creditor);
  if (unknown) return { fault: unknown };
  const found = checkRoute(noticeNumber as NoticeNumber, await directory.routes(fiscalCode));
  if ('fault' in found) return found;
  const { route } = found;
  const reached = await reachCreditor(directory, creditor, route.station, now);
  return 'fault' in reached ? reached : { counterpart: { ...reached.addressee, route } };
}

/** The creditor that offers a service, and the station that makes its notices. */
export async function findServiceAddressee(
  directory: Directory,
  { creditorInstitution, station }: Service,
  now: number,
): Promise<{ addressee: Addressee } | { fault: Fault }> {
  const creditor = await directory.creditorInstitution(creditorInstitution);
  const unknown = checkCreditor(creditorInstitution, creditor);
  return unknown ? { fault: unknown } : reachCreditor(directory, creditor, station, now);
}

async function reachCreditor(
  directory: Directory,
  creditor: CreditorInstitution | undefined,
  stationCode: string,
  now: number,
): Promise<{ addressee: Addressee } | { fault: Fault }> {
  const station = await directory.station(stationCode);
  const broker = station && (await directory.creditorBroker(station.broker));
  const fault = checkStation(stationCode, station, broker);
  if (fault) return { fault };
  if (!creditor || !station || !broker) throw new InvariantError('a counterpart that is not known passed its checks');
  return { addressee: { creditor, station, broker, maintenance: await maintenanceOf(directory, station.code, now) } };
}

async function maintenanceOf(directory: Directory, stationCode: string, now: number): Promise<Maintenance | undefined> {
  const windows = await directory.maintenances(stationCode);
  return maintenanceAt(
    windows.map(({ start, end, standIn }) => ({ start: instantOf(start), end: instantOf(end), standIn })),
    now,
  );
}

function instantOf(text: string): number {
  const instant = parseInstant(text);
  if (instant === undefined) throw new InvariantError('a maintenance in the directory has no valid instant');
  return instant;
}
