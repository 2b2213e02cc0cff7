/** Sends a stream on from the outbox to the broker: every position once, in order, whoever else forwards the same stream. */
import type { EventLog, Forwarder, StreamName } from '../events/index.ts';
import { startPump } from '../events/pump.ts';
import type { Logger } from '../logging/index.ts';
import { type Clock, SECOND } from '../time/index.ts';
import type { Broker } from './connection.ts';
import { emptyStream } from './empty.ts';
import { isOurs } from './is-ours.ts';
import { REQUEST_MS } from './line.ts';
import { decodeEvent, encodeEvent, streamOf, subjectOf } from './messages.ts';

export interface ForwarderOptions {
  readonly broker: Broker;
  /** The stream in PostgreSQL. */
  readonly record: EventLog;
  readonly source: StreamName;
  /** Real time. */
  readonly waits: Clock;
  readonly log: Logger;
}

/** Messages on their way at once. */
const PAGE = 500;
const POLL_MS = 500;
/** While there is nothing to send, it is looked so often whether the copy was thrown away. */
const LOOK_MS = 5 * SECOND;
/** So long after the broker came back, at most, is it tried again. */
const LONGEST_PAUSE_MS = SECOND;

/** Where the copy stands: the position of its last message, and the broker's number of that message. */
interface Copied {
  position: bigint;
  sequence: number;
}

/**
 * Each message says which number it expects to follow, so the broker takes it as the next one or not at all: two forwarders, an answer that got
 * lost, or a crash in the middle can leave neither a gap nor a repetition. Who is refused looks again where the copy stands. Of a page on its way
 * each message also names the one before it: when a copy begins anew, the mark of its beginning takes the number of the first, and the second
 * must not follow that.
 */
export function startForwarder({ broker, record, source, waits, log }: ForwarderOptions): Forwarder {
  let copied: Copied | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const publish = async (): Promise<boolean> => {
    if (!copied) {
      copied = await whereItStands(broker, record, source, log);
      lookedAt = waits.monotonic();
    }
    const page = await record.page({ after: copied.position, first: PAGE });
    if (page.events.length === 0) {
      copied.position = page.lastPosition;
      if (waits.monotonic() - lookedAt >= LOOK_MS) copied = undefined;
      return page.hasMore;
    }
    const { sequence } = copied;
    const idAt = (place: number): string => `${page.events[place]?.position}@${sequence + place + 1}`;
    // Whatever happens next, only the broker knows where the copy stands until all have been acknowledged.
    copied = undefined;
    await broker.line.ask(`the broker's acknowledgement of events of ${source}`, async () => {
      const sent = page.events.map((event, place) =>
        broker.client.publish(subjectOf(broker.prefix, source), encodeEvent(event, broker.largestMessage), {
          timeout: REQUEST_MS,
          msgID: idAt(place),
          expect: { lastSequence: sequence + place, ...(place > 0 && { lastMsgID: idAt(place - 1) }) },
        }),
      );
      const failed = (await Promise.allSettled(sent)).find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    });
    copied = { position: page.lastPosition, sequence: sequence + page.events.length };
    return page.hasMore;
  };

  const pump = startPump({
    step: publish,
    pollMs: POLL_MS,
    longestPauseMs: LONGEST_PAUSE_MS,
    waits,
    onError: (error, failures) =>
      log[failures % 20 === 5 ? 'warn' : 'debug'](
        { err: error, stream: source, failures },
        'events cannot be sent on to the broker; trying again',
      ),
  });
  pump.wake();
  return {
    wake: pump.wake,
    stop: () => pump.stop(),
  };
}

/** Looks at the copy's last message. A copy of another database's stream is thrown away: PostgreSQL is the record. */
async function whereItStands(broker: Broker, record: EventLog, source: StreamName, log: Logger): Promise<Copied> {
  await broker.ensureStream(source);
  const name = streamOf(broker.prefix, source);
  const { line, manager } = broker;
  const { state } = await line.ask(`looking at the stream ${name}`, () => manager.streams.info(name));
  if (state.messages > 0) {
    const last = await line.ask(`reading the last event of ${name}`, () => manager.streams.getMessage(name, { seq: state.last_seq }));
    if (last) {
      const { position, event } = decodeEvent(last.data);
      if (await isOurs(record, position, event?.id)) return { position, sequence: state.last_seq };
      log.warn({ stream: source, position: position.toString() }, 'the broker holds the stream of another database; it is filled again');
      return { position: await record.oldest(), sequence: await emptyStream(broker, source) };
    }
  }
  return { position: await record.oldest(), sequence: state.last_seq };
}
