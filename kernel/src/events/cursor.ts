import { InputError } from '../faults/index.ts';
import { STREAM_NAMES, type StreamName } from './contract.ts';

/** An opaque cursor for a place in a stream, the same in subscriptions and lists. */
export function encodeCursor(stream: StreamName, position: bigint): string {
  return Buffer.from(`1:${stream}:${position}`).toString('base64url');
}

/**
 * Reads a cursor back.
 * @throws InputError when the text is no cursor, or one of another stream
 */
export function decodeCursor(stream: StreamName, cursor: string): bigint {
  const match = cursor.length <= 64 ? /^1:([a-z]+):(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) : null;
  const known = match !== null && (STREAM_NAMES as readonly string[]).includes(match[1] ?? '');
  if (!known) throw cursorError('the cursor is not one of this platform', stream);
  if (match[1] !== stream) throw cursorError(`the cursor belongs to the stream "${match[1]}"`, stream);
  return BigInt(match[2] ?? '');
}

/** The error for a cursor that cannot be used. */
export function cursorError(message: string, stream: StreamName): InputError {
  return new InputError([{ path: 'after', message, expected: `a cursor received from the stream "${stream}"` }]);
}
