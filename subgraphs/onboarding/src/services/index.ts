/** What the resolvers, and commands of the platform, find in the subgraph. */
import type { Stream } from '@nodo-aperto/kernel/events';
import type { SubgraphHost } from '@nodo-aperto/kernel/subgraph';
import { directoryStore } from '../persistence/directory-store.ts';
import { type ApiKeyService, apiKeyService } from './api-keys.ts';
import { type AuditService, auditService } from './audit.ts';
import { type DelegationService, delegationService } from './delegations.ts';
import { type DirectoryFileService, directoryFileService } from './directory-file.ts';
import { type DirectoryQueries, directoryQueries } from './directory-queries.ts';
import { type IdentitySource, identitySource } from './identity-source.ts';
import { type MaintenanceService, maintenanceService } from './maintenances.ts';
import { type ObjectService, objectService } from './objects.ts';
import { type OperationsService, operationsService } from './operations.ts';
import { type PermissionService, permissionService } from './permissions.ts';
import { type SettingsService, settingsService } from './settings.ts';
import { type SystemClientService, systemClientService } from './system-clients.ts';
import { type UserService, userService } from './users.ts';

export interface OnboardingServices {
  readonly directoryFile: DirectoryFileService;
  readonly objects: ObjectService;
  readonly settings: SettingsService;
  readonly maintenances: MaintenanceService;
  readonly queries: DirectoryQueries;
  readonly operations: OperationsService;
  readonly permissions: PermissionService;
  readonly users: UserService;
  readonly delegations: DelegationService;
  readonly apiKeys: ApiKeyService;
  readonly systemClients: SystemClientService;
  readonly audit: AuditService;
  readonly identity: IdentitySource;
  /** The facts that this subgraph states. */
  readonly stream: Stream;
}

export function onboardingServices(host: SubgraphHost): OnboardingServices {
  const { database, outbox, clock, testClock, jobs, stream } = host;
  const store = directoryStore({ database, outbox, clock });
  const permissions = permissionService(database);
  const random = host.random('credentials');
  const rules = { allowPrivateEndpoints: host.options.allowPrivateEndpoints };
  return {
    directoryFile: directoryFileService({ database, store, rules }),
    objects: objectService({ store, rules }),
    settings: settingsService({ database, store, rules }),
    maintenances: maintenanceService({ database, store }),
    queries: directoryQueries(database),
    operations: operationsService({ clock, jobs, ...(testClock && { testClock }) }),
    permissions,
    users: userService({ database, clock, random, permissions }),
    delegations: delegationService({ database, clock, random, permissions }),
    apiKeys: apiKeyService({ database, store, random, permissions }),
    systemClients: systemClientService({ database, clock, random, permissions }),
    audit: auditService({ database, clock }),
    identity: identitySource({ database, permissions }),
    stream,
  };
}

export type { DirectoryFileService, ImportResult } from './directory-file.ts';
export type { IdentityClient, IdentitySource, Membership } from './identity-source.ts';
