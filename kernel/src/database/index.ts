export { DatabaseUnavailableError, EmbeddedPostgresError, isRetryable, isUniqueViolation, MigrationError, sqlStateOf } from './errors.ts';
export type { UnavailableReason } from './errors.ts';
export { withDatabase } from './connection.ts';
export { applyMigrations, type Migration, type MigrationOptions, pendingMigrations } from './migrations.ts';
export type { QueryOptions, Transaction } from './transaction.ts';
export { type Database, type DatabaseOptions, type EntityInput, openDatabase, type PoolUse } from './database.ts';
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded/launcher.ts';
export { freePort } from './embedded/ports.ts';
