export { type Directory, type DirectoryEntry, type DirectoryOptions, directoryReplica } from './directory.ts';
export { type Delegated, mayActFor, withDelegations } from './partner-scope.ts';
export { directoryMigrations } from './migrations.ts';
export { isPasswordDigest, passwordDigest, passwordMatches } from './passwords.ts';
export {
  apiKeyHash,
  DEFAULT_SETTINGS,
  delegationCodeOf,
  DIRECTORY_ENTRY_CHANGED,
  DIRECTORY_KINDS,
  DIRECTORY_SHAPES,
  directoryChangeShape,
  parentOf,
  routeCodeOf,
  SETTINGS_CODE,
} from './shapes.ts';
export {
  type BreakerFigures,
  DEFAULT_BREAKER_FIGURES,
  DEFAULT_PAGOPA_FIGURES,
  type ExposureLimits,
  type PagopaFigures,
  STAND_IN_PROFILES,
  type StandInProfileName,
  type StationPolicy,
} from './stand-in-policy.ts';
export type {
  ApiKey,
  Channel,
  CreditorBroker,
  CreditorInstitution,
  Delegation,
  DirectoryChange,
  DirectoryData,
  DirectoryKind,
  Maintenance,
  Psp,
  PspBroker,
  Route,
  Service,
  Settings,
  Station,
} from './shapes.ts';
