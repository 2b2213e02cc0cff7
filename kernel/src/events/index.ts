export { type Bus, postgresBus, type PostgresBusOptions } from './bus.ts';
export { type Carrier, type Forwarder, postgresCarrier } from './carrier.ts';
export { type Consumer, type ConsumerDefinition, type ConsumerSettings } from './consumer.ts';
export {
  dataOf,
  defineEvent,
  type EventContract,
  eventType,
  isEvent,
  type PlatformEvent,
  STREAM_NAMES,
  type StreamName,
} from './contract.ts';
export { decodeCursor, encodeCursor } from './cursor.ts';
export type { DeadLetter } from './dead-letters.ts';
export { CursorExpiredError, SlowConsumerError } from './errors.ts';
export { eventLog, type EventLog, type EventPage, type EventSelection, LARGEST_EVENT_PAGE, type ReadOptions } from './log.ts';
export { eventsMigrations } from './migrations.ts';
export { type AppendOptions, type Fact, type Outbox, outboxInsert } from './outbox.ts';
export type { Relay } from './relay.ts';
export { outboxRetention, retainEvents, type RetentionSettings, STREAM_RETENTION } from './retention.ts';
export { applyIfNewer } from './revision.ts';
export type { Stream } from './stream.ts';
export type { SubscribeOptions } from './subscription.ts';
export { childTrace, currentTrace, isTraceparent, newTrace, runWithTrace } from './trace.ts';
