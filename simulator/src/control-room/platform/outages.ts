/** The simulator's own graph: which stations it makes fail, and switching that. */
import { ask } from './graph.ts';

const SIMULATOR = '/simulator/graphql';

/** The kinds of outage that can be started, the plainest first. */
export const FAULTS = ['OFF', 'TIMEOUT', 'SLOW', 'RESET', 'HTTP_ERROR', 'MALFORMED', 'BUSINESS_KO', 'RECEIPTS_REFUSED'] as const;
export type FaultName = (typeof FAULTS)[number];

export interface SimulatedStation {
  readonly code: string;
  readonly creditor: { readonly name: string };
  readonly outage: { readonly fault: FaultName; readonly endsAt: string | null; readonly scheduled: boolean } | null;
}

const FIELDS = '{ code creditor { name } outage { fault endsAt scheduled } }';

export async function readSimulatedStations(token: string): Promise<readonly SimulatedStation[]> {
  return (await ask<{ stations: SimulatedStation[] }>(SIMULATOR, `{ stations(first: 500) ${FIELDS} }`, token)).stations;
}

/** @param seconds undefined: until it is stopped */
export async function startOutage(token: string, station: string, fault: FaultName, seconds: number | undefined): Promise<void> {
  const document = `mutation ($station: String!, $fault: SimulatedFault!, $seconds: Float) {
    startOutage(station: $station, fault: $fault, seconds: $seconds) { code }
  }`;
  await ask(SIMULATOR, document, token, { station, fault, seconds: seconds ?? null });
}

export async function stopOutage(token: string, station: string): Promise<void> {
  await ask(SIMULATOR, 'mutation ($station: String!) { stopOutage(station: $station) { code } }', token, { station });
}
