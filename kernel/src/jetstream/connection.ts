/** The connection to the broker, and the streams on it. */
import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { connect, type NatsConnection, nanos } from '@nats-io/transport-node';
import type { StreamName } from '../events/index.ts';
import type { Logger } from '../logging/index.ts';
import { type Clock, DAY, SECOND } from '../time/index.ts';
import { type Line, lineOf, REQUEST_MS } from './line.ts';
import { streamOf, subjectOf } from './messages.ts';

export interface Broker {
  readonly connection: NatsConnection;
  /** By which everything is asked. */
  readonly line: Line;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly prefix: string;
  /** Largest payload of one message, bytes. */
  readonly largestMessage: number;
  /** Makes the stream when it is not there. Safe to call from several processes at once. */
  ensureStream(source: StreamName): Promise<void>;
}

export interface BrokerOptions {
  /** `nats://[user:password@]host:port[,…][?replicas=3&prefix=nodo]` */
  readonly url: string;
  readonly log: Logger;
  /** Real time. */
  readonly waits: Clock;
  /** How long the first connection is tried; 30 s by default. Later ones are tried for ever. */
  readonly connectMs?: number;
}

/** The broker cannot be used; the message is for whoever set `BUS_URL` and does not repeat its password. */
export class BrokerUnavailableError extends Error {
  override readonly name = 'BrokerUnavailableError';
  /** Whoever set the variable may read the message. */
  readonly expose = true;
}

const FIRST_CONNECT_MS = 30 * SECOND;
const RETRY_MS = 250;
/** Versions of the server with that fault (nats-server #7458). */
const LOCKS_UP: ReadonlySet<string> = new Set(['2.12.0', '2.12.1']);
const KEPT_MS = 7 * DAY;
const MOST_MESSAGES = 20_000_000;

/** @throws BrokerUnavailableError */
export async function connectBroker({ url, log, waits, connectMs = FIRST_CONNECT_MS }: BrokerOptions): Promise<Broker> {
  const { servers, user, pass, replicas, prefix } = parseBusUrl(url);
  const shown = servers.join(', ');
  const deadline = waits.monotonic() + connectMs;
  const open = async (): Promise<NatsConnection> => {
    for (;;) {
      try {
        return await connect({
          servers,
          ...(user !== undefined && { user, pass }),
          name: 'nodo-aperto',
          timeout: REQUEST_MS,
          maxReconnectAttempts: -1,
          reconnectTimeWait: RETRY_MS,
        });
      } catch (error) {
        if (waits.monotonic() >= deadline)
          throw new BrokerUnavailableError(`The broker ${shown} (BUS_URL) cannot be reached: ${(error as Error).message}`);
        await waits.sleep(RETRY_MS);
      }
    }
  };
  const connection = await open();
  const line = lineOf(connection, waits);
  const version = connection.info?.version ?? '';
  if (LOCKS_UP.has(version))
    log.warn({ version }, 'this version of the NATS server locks streams up for good when they are read while written: use another');
  try {
    const manager = await managerOf(connection, waits, deadline);
    return {
      connection,
      line,
      client: jetstream(connection, { timeout: REQUEST_MS }),
      manager,
      prefix,
      // Headers and the subject travel with the payload.
      largestMessage: (connection.info?.max_payload ?? 1_048_576) - 4_096,
      async ensureStream(source) {
        const name = streamOf(prefix, source);
        await line.ask(`making the stream ${name} at the broker`, () =>
          manager.streams.add({
            name,
            subjects: [subjectOf(prefix, source)],
            retention: RetentionPolicy.Limits,
            storage: StorageType.File,
            discard: DiscardPolicy.Old,
            max_age: nanos(KEPT_MS),
            max_msgs: MOST_MESSAGES,
            num_replicas: replicas,
            allow_direct: true,
          }),
        );
        log.debug({ stream: name }, 'the broker has the stream');
      },
    };
  } catch (error) {
    await connection.close();
    throw new BrokerUnavailableError(`The broker ${shown} (BUS_URL) has no JetStream: ${(error as Error).message}`);
  }
}

/** A broker that has just been started accepts connections before it has read what it keeps: it is asked again until the deadline. */
async function managerOf(connection: NatsConnection, waits: Clock, deadline: number): Promise<JetStreamManager> {
  for (;;) {
    try {
      return await jetstreamManager(connection, { timeout: REQUEST_MS });
    } catch (error) {
      if (waits.monotonic() >= deadline) throw error;
      await waits.sleep(RETRY_MS);
    }
  }
}

export interface BusAddress {
  readonly servers: string[];
  readonly user: string | undefined;
  readonly pass: string | undefined;
  /** Copies that the broker keeps of each stream. */
  readonly replicas: number;
  /** Begins the names of streams and subjects, so that several deployments can share a broker; "nodo" by default. */
  readonly prefix: string;
}

/** Reads `BUS_URL`. @throws BrokerUnavailableError for one that is not an address of NATS servers */
export function parseBusUrl(text: string): BusAddress {
  const [addresses = '', query = ''] = text.split('?', 2);
  const servers = addresses.split(',').map((each) => (each.includes('://') ? each : `nats://${each}`));
  const urls = servers.map((each) => (URL.canParse(each) ? new URL(each) : undefined));
  const parameters = new URLSearchParams(query);
  const replicas = Number(parameters.get('replicas') ?? 1);
  const prefix = parameters.get('prefix') ?? 'nodo';
  const usable = urls.every((each) => each !== undefined && ['nats:', 'tls:'].includes(each.protocol) && each.hostname !== '');
  if (!usable || ![1, 3, 5].includes(replicas) || !/^[a-z0-9]{1,32}$/.test(prefix))
    throw new BrokerUnavailableError(
      'BUS_URL is not of the form nats://[user:password@]host:port[,host:port…][?replicas=1|3|5&prefix=nodo]',
    );
  const named = urls.find((each) => each?.username);
  return {
    servers: urls.map((each) => `${each?.protocol}//${each?.host}`),
    user: named && decodeURIComponent(named.username),
    pass: named && decodeURIComponent(named.password),
    replicas,
    prefix,
  };
}
