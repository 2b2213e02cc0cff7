/** Stored objects as the types of the graph. */
import { parseInstant } from '@nodo-aperto/kernel/time';
import { windowOf } from '../domain/objects/maintenance.ts';
import type { Stored } from '../persistence/mappings.ts';
import type { BrokerView } from '../services/directory-queries.ts';
import type {
  BrokerType,
  ChannelType,
  CreditorConfigurationType,
  CreditorInstitutionType,
  MaintenanceType,
  PspType,
  RouteType,
  StationConfigurationType,
  StationType,
} from './party-types.ts';
import { presentStationPolicy } from './stand-in-policy.ts';

export function presentCreditor(stored: Stored<'creditorInstitution'>): CreditorInstitutionType {
  const { fiscalCode, name, enabled } = stored.object;
  return { fiscalCode, name, enabled, revision: stored.revision, stored };
}

export function presentCreditorConfiguration({ object }: Stored<'creditorInstitution'>): CreditorConfigurationType {
  const ibans = object.ibans.map(({ labels = [], changedAt, ...account }) => ({
    ...account,
    labels,
    changedAt: parseInstant(changedAt ?? ''),
  }));
  const { fiscalCode, print, publicAdministration = true } = object;
  return { fiscalCode, publicAdministration, ibans, ...(print && { print }) };
}

export function presentRoute(stored: Stored<'route'>): RouteType {
  const { auxDigit, segregationCode, applicationCode, broadcast, aca, standIn } = stored.object;
  return { code: stored.code, auxDigit, segregationCode, applicationCode, broadcast, aca, standIn, revision: stored.revision, stored };
}

export function presentStation(stored: Stored<'station'>): StationType {
  return { code: stored.code, enabled: stored.object.enabled, revision: stored.revision, stored };
}

export function presentStationConfiguration({ code, object }: Stored<'station'>): StationConfigurationType {
  const { endpoint, restEndpoint, primitiveVersion, standInFlag, paymentOptions, asynchronous = false } = object;
  const standInPolicy = presentStationPolicy(object.standInPolicy);
  return { code, endpoint, restEndpoint, primitiveVersion, standInFlag, paymentOptions, asynchronous, standInPolicy };
}

export function presentBroker(view: BrokerView): BrokerType {
  return { code: view.code, name: (view.creditorSide ?? view.pspSide)?.object.name, view };
}

export function presentPsp({ object, revision }: Stored<'psp'>): PspType {
  return { ...object, revision };
}

export function presentChannel(stored: Stored<'channel'>): ChannelType {
  return { code: stored.code, enabled: stored.object.enabled, revision: stored.revision, stored };
}

export function presentMaintenance({ code, object, revision }: Stored<'maintenance'>): MaintenanceType {
  return { code, ...windowOf(object), standIn: object.standIn, revision, stationCode: object.station };
}
