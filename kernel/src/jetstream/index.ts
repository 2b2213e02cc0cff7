/** NATS JetStream as the carrier of the bus. */
import { type Carrier, eventLog, STREAM_NAMES, type StreamName } from '../events/index.ts';
import type { Database } from '../database/index.ts';
import type { Logger } from '../logging/index.ts';
import { type Clock, realClock } from '../time/index.ts';
import { connectBroker } from './connection.ts';
import { emptyStream } from './empty.ts';
import { startForwarder } from './forwarder.ts';
import { brokerLog } from './log.ts';
import { subjectOf } from './messages.ts';

export { BrokerUnavailableError, parseBusUrl } from './connection.ts';

export interface JetStreamOptions {
  /** `BUS_URL`. */
  readonly url: string;
  /** Any connection to the platform's database: the record that readers fall back to. */
  readonly database: Database;
  readonly log: Logger;
  /** Real time. */
  readonly waits?: Clock;
  readonly connectMs?: number;
}

/** A carrier with a connection of its own. */
export type JetStreamCarrier = Carrier & AsyncDisposable;

/** Connects to the broker. @throws BrokerUnavailableError */
export async function jetStreamCarrier({
  url,
  database,
  log,
  waits = realClock(),
  connectMs,
}: JetStreamOptions): Promise<JetStreamCarrier> {
  const broker = await connectBroker({ url, log, waits, ...(connectMs !== undefined && { connectMs }) });
  for (const source of STREAM_NAMES) await broker.ensureStream(source);
  return {
    log: (source) => brokerLog({ broker, record: eventLog(database, source), source, waits, log }),
    async listen(source, wake) {
      const subscription = broker.connection.subscribe(subjectOf(broker.prefix, source), { callback: wake });
      return { [Symbol.asyncDispose]: async () => subscription.unsubscribe() };
    },
    forward: (own) => {
      const source = own.schema as StreamName;
      return startForwarder({ broker, record: eventLog(own, source), source, waits, log });
    },
    async [Symbol.asyncDispose]() {
      await broker.connection.close();
    },
  };
}

/**
 * Throws the broker's copy of streams away; the forwarders of running services fill them again from the record, beginning with the oldest event
 * kept. Readers go on at their positions and notice nothing.
 * @throws BrokerUnavailableError
 */
export async function refillStreams(
  sources: readonly StreamName[],
  { url, log, waits = realClock(), connectMs }: Omit<JetStreamOptions, 'database'>,
): Promise<void> {
  const broker = await connectBroker({ url, log, waits, ...(connectMs !== undefined && { connectMs }) });
  try {
    for (const source of sources) {
      await broker.ensureStream(source);
      await emptyStream(broker, source);
    }
  } finally {
    await broker.connection.close();
  }
}
