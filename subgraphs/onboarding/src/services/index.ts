/** What the resolvers, and commands of the platform, find in the subgraph. */
import type { Stream } from '@nodo-aperto/kernel/events';
import type { SubgraphHost } from '@nodo-aperto/kernel/subgraph';
import { directoryStore } from '../persistence/directory-store.ts';
import { type DirectoryFileService, directoryFileService } from './directory-file.ts';
import { type DirectoryQueries, directoryQueries } from './directory-queries.ts';
import { type MaintenanceService, maintenanceService } from './maintenances.ts';
import { type ObjectService, objectService } from './objects.ts';
import { type OperationsService, operationsService } from './operations.ts';
import { type SettingsService, settingsService } from './settings.ts';

export interface OnboardingServices {
  readonly directoryFile: DirectoryFileService;
  readonly objects: ObjectService;
  readonly settings: SettingsService;
  readonly maintenances: MaintenanceService;
  readonly queries: DirectoryQueries;
  readonly operations: OperationsService;
  /** The facts that this subgraph states. */
  readonly stream: Stream;
}

export function onboardingServices(host: SubgraphHost): OnboardingServices {
  const { database, outbox, clock, testClock, jobs, stream } = host;
  const store = directoryStore({ database, outbox, clock });
  const rules = { allowPrivateEndpoints: host.options.allowPrivateEndpoints };
  return {
    directoryFile: directoryFileService({ database, store, rules }),
    objects: objectService({ store, rules }),
    settings: settingsService({ database, store, rules }),
    maintenances: maintenanceService({ database, store }),
    queries: directoryQueries(database),
    operations: operationsService({ clock, jobs, ...(testClock && { testClock }) }),
    stream,
  };
}

export type { DirectoryFileService, ImportResult } from './directory-file.ts';
