/** The commands on a running simulation. Each gives the lines to print. */
import type { FaultName } from '../control/index.ts';
import type { ControlClient } from './control-client.ts';
import { asTable, timeOf } from './text.ts';

interface StationAnswer {
  readonly code: string;
  readonly creditor: { readonly fiscalCode: string; readonly name: string };
  readonly fault: FaultName | null;
  readonly outage: { readonly startedAt: string; readonly endsAt: string | null } | null;
  readonly calls: number;
  readonly receipts: number;
}

const FIELDS = 'code creditor { fiscalCode name } fault outage { startedAt endsAt } calls receipts';
const PAGE = 1_000;

/** A kind of fault as it is typed: `http-error`. */
export function typedName(name: FaultName): string {
  return name.toLowerCase().replaceAll('_', '-');
}

export async function listStations(control: ControlClient): Promise<string[]> {
  const query = `query Stations($first: Int!) { stations(first: $first) { ${FIELDS} } }`;
  const { stations } = await control.ask<{ stations: readonly StationAnswer[] }>(query, { first: PAGE });
  if (stations.length === 0) return ['There is no station that you may see.'];
  const rows = stations.map((station) => [
    station.code,
    `${station.creditor.name} (${station.creditor.fiscalCode})`,
    stateOf(station),
    String(station.calls),
    String(station.receipts),
  ]);
  return asTable(['STATION', 'CREDITOR', 'STATE', 'CALLS', 'RECEIPTS'], rows);
}

export async function startOutage(
  control: ControlClient,
  station: string,
  fault: FaultName,
  options: { readonly seconds?: number; readonly details?: Readonly<Record<string, string | number>> } = {},
): Promise<string[]> {
  const { seconds = null, details = null } = options;
  const query = `mutation StartOutage($station: String!, $fault: SimulatedFault!, $seconds: Float, $details: SimulatedFaultDetails) {
    startOutage(station: $station, fault: $fault, seconds: $seconds, details: $details) { ${FIELDS} }
  }`;
  const { startOutage: changed } = await control.ask<{ startOutage: StationAnswer }>(query, { station, fault, seconds, details });
  return [`Station ${changed.code} of ${changed.creditor.name}: ${stateOf(changed)}.`];
}

export async function stopOutage(control: ControlClient, station: string): Promise<string[]> {
  const query = `mutation StopOutage($station: String!) { stopOutage(station: $station) { ${FIELDS} } }`;
  const { stopOutage: changed } = await control.ask<{ stopOutage: StationAnswer }>(query, { station });
  return [`Station ${changed.code} of ${changed.creditor.name}: ${stateOf(changed)}.`];
}

function stateOf({ fault, outage }: StationAnswer): string {
  if (fault === null) return 'works';
  if (outage === null) return typedName(fault);
  const until = outage.endsAt === null ? 'until it is stopped' : `until ${timeOf(outage.endsAt)}`;
  return `${typedName(fault)} since ${timeOf(outage.startedAt)}, ${until}`;
}
