/** Looks up whom a payment is for, and has the domain judge it. */
import type { CreditorBroker, CreditorInstitution, Directory, Route, Station } from '@nodo-aperto/kernel/directory';
import { type Fault, InvariantError } from '@nodo-aperto/kernel/faults';
import type { NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { checkCreditor, checkRoute, checkStation } from '../domain/counterpart.ts';
import { type Maintenance, maintenanceAt } from '../domain/maintenance.ts';
import type { QrCode } from '../domain/request-syntax.ts';

/** The creditor of a notice and the station that serves it; all checks passed. */
export interface Counterpart {
  readonly creditor: CreditorInstitution;
  readonly route: Route;
  readonly station: Station;
  readonly broker: CreditorBroker;
  /** The maintenance of the station under way. */
  readonly maintenance: Maintenance | undefined;
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
  const station = await directory.station(route.station);
  const broker = station && (await directory.creditorBroker(station.broker));
  const fault = checkStation(route.station, station, broker);
  if (fault) return { fault };
  if (!creditor || !station || !broker) throw new InvariantError('a counterpart that is not known passed its checks');
  return { counterpart: { creditor, route, station, broker, maintenance: await maintenanceOf(directory, station.code, now) } };
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
