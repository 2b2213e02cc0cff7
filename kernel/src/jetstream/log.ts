/** The stream as readers find it: new events from the broker, everything else from the record in PostgreSQL. */
import { JetStreamApiError } from '@nats-io/jetstream';
import type { EventLog, EventPage, PlatformEvent, ReadOptions, StreamName } from '../events/index.ts';
import { type Clock, SECOND, withDeadline } from '../time/index.ts';
import type { Broker } from './connection.ts';
import { decodeEvent, streamOf } from './messages.ts';
import { isOurs } from './is-ours.ts';

export interface BrokerLogOptions {
  readonly broker: Broker;
  readonly record: EventLog;
  readonly source: StreamName;
  /** Real time. */
  readonly waits: Clock;
}

const FETCH_MS = 5 * SECOND;
const NOT_FOUND = 404;
/** Events are at most a mebibyte: a page of the broker ends after so many bytes. */
const PAGE_BYTES = 4 * 1_048_576;

/**
 * Positions are dense in both, so a position's message is found by its distance from one that is known. Should the copy have been filled again
 * meanwhile, the message found has another position: the distance is then learnt anew.
 */
export function brokerLog({ broker, record, source, waits }: BrokerLogOptions): EventLog {
  const stream = streamOf(broker.prefix, source);
  /** Position minus the broker's number of the message. */
  let distance: bigint | undefined;
  /** The distance at which the copy was seen to be of this database. */
  let trusted: bigint | undefined;

  const learn = async (): Promise<{ first: bigint; last: bigint } | undefined> => {
    const { state } = await broker.manager.streams.info(stream);
    if (state.messages === 0) return undefined;
    const last = await broker.manager.streams.getMessage(stream, { seq: state.last_seq });
    if (!last) return undefined;
    const { position, event } = decodeEvent(last.data);
    const found = position - BigInt(last.seq);
    // A broker may hold what another database left under the same name, until a forwarder replaces it: that is nobody's to read.
    if (found !== trusted && !(await isOurs(record, position, event?.id))) return undefined;
    trusted = found;
    distance = found;
    return { first: BigInt(state.first_seq) + distance, last: BigInt(state.last_seq) + distance };
  };

  const fetch = async (after: bigint, first: number): Promise<Fetched[]> => {
    const sequence = after + 1n - (distance ?? 0n);
    if (sequence < 1n) return [];
    return withDeadline(waits, FETCH_MS, `reading the stream ${source} from the broker`, async () => {
      const found: Fetched[] = [];
      try {
        const batch = await broker.manager.direct.getBatch(stream, { seq: Number(sequence), batch: first, max_bytes: PAGE_BYTES });
        for await (const message of batch) found.push(decodeEvent(message.data));
      } catch (error) {
        if (!(error instanceof JetStreamApiError && error.code === NOT_FOUND)) throw error;
      }
      return found;
    });
  };

  const fromBroker = async (after: bigint, first: number): Promise<EventPage | undefined> => {
    const nothing: EventPage = { events: [], lastPosition: after, hasMore: false };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (distance === undefined) {
        const bounds = await learn();
        if (!bounds || bounds.last <= after) return nothing;
        if (bounds.first > after + 1n) return undefined;
      }
      const found = await fetch(after, first);
      // Nothing past the position yet, or a copy that was emptied: the next look learns anew whether it was.
      if (found.length === 0) {
        distance = undefined;
        return nothing;
      }
      if (found.every(({ position }, place) => position === after + 1n + BigInt(place))) return pageOf(found, first);
      distance = undefined;
    }
    return undefined;
  };

  return {
    source,
    bounds: () => record.bounds(),
    oldest: () => record.oldest(),
    newest: (count) => record.newest(count),
    async page(options) {
      // A filter is the database's work: it has the indexes.
      if (isFiltered(options)) return record.page(options);
      return (await fromBroker(options.after, options.first)) ?? record.page(options);
    },
  };
}

interface Fetched {
  position: bigint;
  event: PlatformEvent | undefined;
}

/** A page of what was fetched; undefined when its first event is only in the record. */
function pageOf(found: readonly Fetched[], first: number): EventPage | undefined {
  const events: PlatformEvent[] = [];
  for (const { event } of found) {
    if (!event) break;
    events.push(event);
  }
  const last = events.at(-1);
  return last && { events, lastPosition: last.position, hasMore: events.length === first || events.length < found.length };
}

const isFiltered = ({ names, audience, subject }: ReadOptions): boolean =>
  names !== undefined || audience !== undefined || subject !== undefined;
