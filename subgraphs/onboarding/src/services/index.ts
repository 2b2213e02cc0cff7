/** What the resolvers, and commands of the platform, find in the subgraph. */
import type { Stream } from '@nodo-aperto/kernel/events';
import { readAnchors } from '@nodo-aperto/kernel/signatures';
import type { StationConnector } from '@nodo-aperto/kernel/soap';
import type { SubgraphHost } from '@nodo-aperto/kernel/subgraph';
import { directoryStore } from '../persistence/directory-store.ts';
import { type AccountService, accountService } from './accounts.ts';
import { type ApiKeyService, apiKeyService } from './api-keys.ts';
import { type AuditService, auditService } from './audit.ts';
import { type ConfigurationDraftService, configurationDraftService } from './configuration-drafts.ts';
import { type ConnectionTestService, connectionTestService } from './connection-test.ts';
import { type DelegationService, delegationService } from './delegations.ts';
import { type DirectoryFileService, directoryFileService } from './directory-file.ts';
import { type DirectoryQueries, directoryQueries } from './directory-queries.ts';
import { type ExportService, exportService } from './exports.ts';
import { type IdentitySource, identitySource } from './identity-source.ts';
import { type MaintenanceService, maintenanceService } from './maintenances.ts';
import { type ObjectService, objectService } from './objects.ts';
import { type OnboardingRequestService, onboardingRequestService } from './onboarding/requests.ts';
import { institutionRegistry } from './onboarding/registry-source.ts';
import { type OperationsService, operationsService } from './operations.ts';
import { type PermissionService, permissionService } from './permissions.ts';
import { type RoadmapService, roadmapService } from './roadmap.ts';
import { type RouteService, routeService } from './routes.ts';
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
  /** Requests of institutions to take part, and their contracts. */
  readonly onboarding: OnboardingRequestService;
  readonly drafts: ConfigurationDraftService;
  readonly routes: RouteService;
  readonly accounts: AccountService;
  readonly connectionTests: ConnectionTestService;
  readonly exports: ExportService;
  readonly roadmap: RoadmapService;
  /** The facts that this subgraph states. */
  readonly stream: Stream;
}

/** @param connector towards stations, whose connections are tested */
export function onboardingServices(host: SubgraphHost, connector: StationConnector): OnboardingServices {
  const { database, outbox, clock, testClock, jobs, stream } = host;
  const store = directoryStore({ database, outbox, clock });
  const permissions = permissionService(database);
  const random = host.random('credentials');
  const audit = auditService({ database, clock });
  const rules = { allowPrivateEndpoints: host.options.allowPrivateEndpoints };
  const { registry, contractAnchors, expiryDays } = host.options.onboarding ?? {};
  return {
    directoryFile: directoryFileService({ database, store, rules }),
    objects: objectService({ store, rules }),
    settings: settingsService({ database, store, rules }),
    maintenances: maintenanceService({ database, store, clock, permissions }),
    queries: directoryQueries(database),
    operations: operationsService({ clock, jobs, ...(testClock && { testClock }) }),
    permissions,
    users: userService({ database, clock, random, permissions }),
    delegations: delegationService({ database, store, permissions }),
    apiKeys: apiKeyService({ database, store, random, permissions }),
    systemClients: systemClientService({ database, clock, random, permissions }),
    audit,
    identity: identitySource({ database, permissions }),
    drafts: configurationDraftService({ database, store, rules, permissions }),
    routes: routeService({ database, store, rules, permissions }),
    accounts: accountService({ database, store, clock, random: host.random('account changes'), permissions }),
    connectionTests: connectionTestService({ connector, rules, permissions, audit }),
    exports: exportService({ database, permissions }),
    roadmap: roadmapService({ database, clock, permissions }),
    onboarding: onboardingRequestService({
      database,
      store,
      clock,
      random,
      rules,
      registry: institutionRegistry(registry),
      anchors: contractAnchors === undefined ? [] : readAnchors(contractAnchors),
      ...(expiryDays !== undefined && { expiryDays }),
    }),
    stream,
  };
}

export type { DirectoryFileService, ImportResult } from './directory-file.ts';
export type { IdentityClient, IdentitySource, Membership } from './identity-source.ts';
