export { type Directory, type DirectoryEntry, type DirectoryOptions, directoryReplica } from './directory.ts';
export { directoryMigrations } from './migrations.ts';
export { isPasswordDigest, passwordDigest, passwordMatches } from './passwords.ts';
export {
  apiKeyHash,
  apiKeyShape,
  channelShape,
  creditorBrokerShape,
  creditorInstitutionShape,
  DEFAULT_SETTINGS,
  DIRECTORY_ENTRY_CHANGED,
  DIRECTORY_KINDS,
  DIRECTORY_SHAPES,
  directoryChangeShape,
  maintenanceShape,
  parentOf,
  pspBrokerShape,
  pspShape,
  routeCodeOf,
  routeShape,
  SETTINGS_CODE,
  settingsShape,
  stationShape,
} from './shapes.ts';
export type {
  ApiKey,
  Channel,
  CreditorBroker,
  CreditorInstitution,
  DirectoryChange,
  DirectoryData,
  DirectoryKind,
  Maintenance,
  Psp,
  PspBroker,
  Route,
  Settings,
  Station,
} from './shapes.ts';
