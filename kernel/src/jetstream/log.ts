/** The stream as readers find it: new events from the broker, everything else from the record in PostgreSQL. */
import { JetStreamApiError, type StoredMsg } from '@nats-io/jetstream';
import { deferred } from '../events/deferred.ts';
import type { EventLog, EventPage, PlatformEvent, ReadOptions, StreamName } from '../events/index.ts';
import type { Logger } from '../logging/index.ts';
import { type Clock, SECOND } from '../time/index.ts';
import type { Broker } from './connection.ts';
import { decodeEvent, streamOf } from './messages.ts';
import { isOurs } from './is-ours.ts';

export interface BrokerLogOptions {
  readonly broker: Broker;
  readonly record: EventLog;
  readonly source: StreamName;
  /** Real time. */
  readonly waits: Clock;
  readonly log: Logger;
}

const NOT_FOUND = 404;
/** Events are at most a mebibyte: a page of the broker ends after so many bytes. */
const PAGE_BYTES = 4 * 1_048_576;
/** After a failure of the broker the record is read for so long without asking the broker first. */
const REST_MS = SECOND;
/** While the broker has nothing new, the record is looked at so often: whoever should send events on may be cut off from the broker. */
const LOOK_MS = 2 * SECOND;

/**
 * Positions are dense in both, so a position's message is found by its distance from one that is known. Should the copy have been filled again
 * meanwhile, the message found has another position: the distance is then learnt anew. A broker that does not answer holds nobody up: what it
 * would have brought is in the record.
 */
export function brokerLog({ broker, record, source, waits, log }: BrokerLogOptions): EventLog {
  const stream = streamOf(broker.prefix, source);
  /** Position minus the broker's number of the message. */
  let distance: bigint | undefined;
  /** The distance at which the copy was seen to be of this database. */
  let trusted: bigint | undefined;
  let restUntil = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const learn = async (): Promise<{ first: bigint; last: bigint } | undefined> => {
    const { line, manager } = broker;
    const { state } = await line.ask(`looking at the stream ${stream}`, () => manager.streams.info(stream));
    if (state.messages === 0) return undefined;
    const last = await line.ask(`reading the last event of ${stream}`, () => manager.streams.getMessage(stream, { seq: state.last_seq }));
    if (!last) return undefined;
    const { position, event } = decodeEvent(last.data);
    const found = position - BigInt(last.seq);
    // A broker may hold what another database left under the same name, until a forwarder replaces it: that is nobody's to read.
    if (found !== trusted && !(await isOurs(record, position, event?.id))) return undefined;
    trusted = found;
    distance = found;
    return { first: BigInt(state.first_seq) + distance, last: BigInt(state.last_seq) + distance };
  };

  const fromBroker = async (after: bigint, first: number): Promise<EventPage | undefined> => {
    const nothing: EventPage = { events: [], lastPosition: after, hasMore: false };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (distance === undefined) {
        const bounds = await learn();
        if (!bounds || bounds.last <= after) return nothing;
        if (bounds.first > after + 1n) return undefined;
      }
      const sequence = after + 1n - (distance ?? 0n);
      const found = sequence < 1n ? [] : await fetchBatch(broker, stream, Number(sequence), first);
      // Nothing past the position yet, or a copy that was emptied: the next look learns anew whether it was.
      if (found.length === 0) {
        distance = undefined;
        return nothing;
      }
      if (found.every(({ position }, place) => position === after + 1n + BigInt(place))) return pageOf(found);
      distance = undefined;
    }
    return undefined;
  };

  /** What the record has when the broker has nothing: asked now and then, and nothing is learnt from its failure. */
  const lookedUp = async (nothing: EventPage, options: ReadOptions): Promise<EventPage> => {
    if (waits.monotonic() - lookedAt < LOOK_MS) return nothing;
    lookedAt = waits.monotonic();
    return record.page(options).catch(() => nothing);
  };

  return {
    source,
    bounds: () => record.bounds(),
    oldest: () => record.oldest(),
    newest: (count) => record.newest(count),
    async page(options) {
      // A filter is the database's work: it has the indexes.
      if (isFiltered(options) || waits.monotonic() < restUntil) return record.page(options);
      try {
        const page = await fromBroker(options.after, options.first);
        if (page) return page.events.length > 0 ? page : await lookedUp(page, options);
      } catch (error) {
        distance = undefined;
        restUntil = waits.monotonic() + REST_MS;
        log.debug({ err: error, stream: source }, 'the broker cannot be read; reading from the database meanwhile');
      }
      return record.page(options);
    },
  };
}

interface Fetched {
  position: bigint;
  event: PlatformEvent | undefined;
  /** How many messages follow it at the broker. */
  pending: number;
}

/** Messages from a number on. The client's iterator would keep its subscription after the last one; with a callback it gives it up. */
function fetchBatch({ line, manager }: Broker, stream: string, sequence: number, first: number): Promise<Fetched[]> {
  return line.ask(`reading the stream ${stream} from the broker`, async (signal) => {
    const messages: StoredMsg[] = [];
    const ended = deferred();
    const batch = await manager.direct.getBatch(stream, {
      seq: sequence,
      batch: first,
      max_bytes: PAGE_BYTES,
      callback: (done, message) => {
        if (done?.err && !isNotFound(done.err)) ended.reject(done.err);
        else if (done) ended.resolve();
        else messages.push(message);
      },
    });
    signal.addEventListener('abort', () => batch.stop(), { once: true });
    await ended.promise;
    return messages.map((message) => ({ ...decodeEvent(message.data), pending: message.pending }));
  });
}

const isNotFound = (error: unknown): boolean => error instanceof JetStreamApiError && error.code === NOT_FOUND;

/** A page of what was fetched; undefined when its first event is only in the record. */
function pageOf(found: readonly Fetched[]): EventPage | undefined {
  const events: PlatformEvent[] = [];
  for (const { event } of found) {
    if (!event) break;
    events.push(event);
  }
  const last = events.at(-1);
  return last && { events, lastPosition: last.position, hasMore: events.length < found.length || (found.at(-1)?.pending ?? 0) > 0 };
}

const isFiltered = ({ names, audience, subject }: ReadOptions): boolean =>
  names !== undefined || audience !== undefined || subject !== undefined;
