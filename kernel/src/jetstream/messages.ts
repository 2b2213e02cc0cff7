/** How an event looks on the wire: CloudEvents 1.0, structured mode, one JSON document to a message. */
import type { PlatformEvent, StreamName } from '../events/index.ts';

/** Subject of a stream's events. @param prefix tells deployments on one broker apart */
export const subjectOf = (prefix: string, source: StreamName): string => `${prefix}.events.${source}`;
/** Name of the JetStream stream that keeps them. */
export const streamOf = (prefix: string, source: StreamName): string => `${prefix}-${source}`;

/** Instead of an event that is larger than the broker allows: readers take it from the record. */
interface Elsewhere {
  position: string;
  elsewhere: true;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of an event; those of a pointer when it would not fit. @param most largest message of the broker, bytes */
export function encodeEvent(event: PlatformEvent, most: number): Uint8Array {
  const bytes = encoder.encode(JSON.stringify({ ...event, position: event.position.toString() }));
  if (bytes.length <= most) return bytes;
  return encoder.encode(JSON.stringify({ position: event.position.toString(), elsewhere: true } satisfies Elsewhere));
}

/** A message that holds no event: what follows it is the stream from its beginning. */
export const encodeBeginning = (): Uint8Array => encoder.encode(JSON.stringify({ position: '0', elsewhere: true } satisfies Elsewhere));

/** What a message says: its position, and the event when it holds it. @throws SyntaxError when it is not one of ours */
export function decodeEvent(bytes: Uint8Array): { position: bigint; event: PlatformEvent | undefined } {
  const parsed = JSON.parse(decoder.decode(bytes)) as (Omit<PlatformEvent, 'position'> & { position: string }) | Elsewhere;
  if (typeof parsed.position !== 'string' || !/^\d{1,19}$/.test(parsed.position)) throw new SyntaxError('The message has no position');
  const position = BigInt(parsed.position);
  return { position, event: 'elsewhere' in parsed ? undefined : { ...parsed, position } };
}
