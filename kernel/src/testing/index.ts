export { testDatabase, testDatabaseUrl } from './databases.ts';
export type { TestDatabase, TestDatabaseOptions } from './databases.ts';
export { recordingLogger, testLogger } from './logger.ts';
export type { RecordedLine } from './logger.ts';
export { findNatsServer, type NatsServer, startNats } from './nats.ts';
export { portOpen } from './port-open.ts';
export { until } from './until.ts';
export type { UntilOptions } from './until.ts';
export { freePort } from '../database/index.ts';
