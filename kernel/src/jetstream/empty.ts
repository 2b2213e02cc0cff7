/** Throws a stream's copy away, so that every forwarder learns of it. */
import { JetStreamApiError } from '@nats-io/jetstream';
import type { StreamName } from '../events/index.ts';
import type { Broker } from './connection.ts';
import { REQUEST_MS } from './line.ts';
import { encodeBeginning, streamOf, subjectOf } from './messages.ts';

const TRIES = 20;
/** The stream's last number was not the one that the message was to follow. */
const NOT_THE_NEXT = 10_071;

/**
 * Emptying alone keeps the last number, so a forwarder that is at work would go on as if nothing had happened and leave a gap. A message that
 * says "from the beginning" takes the next number: whoever expected that number is refused, looks again, and begins there.
 * @returns the broker's number of that message
 */
export async function emptyStream({ line, manager, client, prefix }: Broker, source: StreamName): Promise<number> {
  const name = streamOf(prefix, source);
  for (let turn = 1; ; turn += 1) {
    await line.ask(`emptying the stream ${name}`, () => manager.streams.purge(name));
    const { state } = await line.ask(`looking at the stream ${name}`, () => manager.streams.info(name));
    try {
      const { seq } = await line.ask(`marking the beginning of ${name}`, () =>
        client.publish(subjectOf(prefix, source), encodeBeginning(), {
          timeout: REQUEST_MS,
          expect: { lastSequence: state.last_seq },
        }),
      );
      // What a forwarder sent between the emptying and the look is no part of the copy that begins here.
      await line.ask(`emptying the stream ${name} up to its beginning`, () => manager.streams.purge(name, { seq }));
      return seq;
    } catch (error) {
      // A forwarder was quicker by one message: that one goes as well.
      if (turn >= TRIES || !(error instanceof JetStreamApiError && error.code === NOT_THE_NEXT)) throw error;
    }
  }
}
