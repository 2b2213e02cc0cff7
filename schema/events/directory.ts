/** Facts that onboarding states about the directory: parties, stations, channels, routes, keys, maintenances, services, settings. */
import { DIRECTORY_ENTRY_CHANGED, type DirectoryChange, directoryChangeShape } from '@nodo-aperto/kernel/directory';
import { defineEvent } from '@nodo-aperto/kernel/events';
import { brokerNamedBy, isStationCode } from '@nodo-aperto/kernel/identifiers';
import { audience } from './shapes.ts';

export { directoryChangeShape };
export type { DirectoryChange };

/** One entry of the directory was made, changed or deleted. Replicas keep every revision. */
export const directoryEntryChanged = defineEvent({
  name: DIRECTORY_ENTRY_CHANGED.name,
  version: DIRECTORY_ENTRY_CHANGED.version,
  source: 'onboarding',
  schema: directoryChangeShape,
  entityKey: ({ kind, code }) => `${kind}:${code}`,
  revision: ({ revision }) => revision,
  audience: ownersOf,
  describes:
    'An entry of the directory (party, station, channel, route, key, maintenance, service, delegation or settings) was made, changed or deleted.',
});

/** The parties whose entry it is. Keys and settings are for operators only. */
function ownersOf(change: DirectoryChange): string[] {
  switch (change.kind) {
    case 'creditorBroker':
      return creditorSide(change.code);
    case 'creditorInstitution':
      return [audience.creditor(change.data.fiscalCode)];
    case 'station':
      return creditorSide(change.data.broker);
    case 'route':
    case 'service':
      return [audience.creditor(change.data.creditorInstitution)];
    case 'delegation':
      return [audience.creditor(change.data.creditorInstitution), audience.broker(change.data.partner)];
    case 'maintenance': {
      const { station } = change.data;
      const broker = isStationCode(station) ? brokerNamedBy(station) : undefined;
      return broker === undefined ? [] : creditorSide(broker);
    }
    case 'pspBroker':
      return [audience.broker(change.code), audience.psp(change.code)];
    case 'psp':
      return [audience.psp(change.code)];
    case 'channel':
      return [audience.broker(change.data.broker), ...change.data.psps.map(audience.psp)];
    default:
      return [];
  }
}

/** A creditor may be its own broker: it then sees what is its broker's. */
function creditorSide(broker: string): string[] {
  return [audience.broker(broker), audience.creditor(broker)];
}
