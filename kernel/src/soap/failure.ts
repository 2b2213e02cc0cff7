import { InvariantError, UnavailableError } from '../faults/index.ts';
import { DeadlineExceededError } from '../time/index.ts';
import type { CallPhase, FailureKind } from './evidence.ts';
import { PrivateAddressError } from './guarded-lookup.ts';

/** The other side sends more than is allowed. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/** A network error named as a kind of failure, with a sentence that says why. */
export interface NamedFailure {
  readonly kind: FailureKind;
  readonly detail: string;
}

const timeouts: readonly string[] = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'];
// An answer that ends too early looks like one of these, depending on how its length was announced.
const earlyEnds: readonly string[] = ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_EOF_STATE'];
const tlsError = /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH$)/;
const nameError: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA'];

// What the HTTP client says of us, not of the other side.
const stopped: readonly string[] = ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'];
const misused: readonly string[] = ['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'];

/**
 * Classifies what ended a call; anything unknown from the network counts by how far the call had come.
 * What is no failure of the other side is thrown again: our own limits, bugs and shutdown are never evidence against it.
 */
export function failureOf(error: unknown, phase: CallPhase): NamedFailure {
  if (error instanceof DeadlineExceededError) return { kind: 'TIMEOUT', detail: `no complete answer within ${error.milliseconds} ms` };
  if (error instanceof AnswerTooLargeError) return { kind: 'MALFORMED', detail: error.message };
  if (error instanceof PrivateAddressError) {
    return { kind: 'REFUSED', detail: 'the endpoint leads to a private address, which is not allowed' };
  }
  const code = error instanceof Error ? codeOf(error) : undefined;
  if (!(error instanceof Error) || code === undefined) throw error;
  if (stopped.includes(code)) throw new UnavailableError('the call was ended because the platform is stopping');
  if (misused.includes(code)) throw new InvariantError(`a call could not be made: ${error.message}`);
  return networkFailure(error, code, phase);
}

function networkFailure(error: Error, code: string, phase: CallPhase): NamedFailure {
  if (timeouts.includes(code)) return { kind: 'TIMEOUT', detail: `no answer in time (${code})` };
  if (tlsError.test(code)) return { kind: 'REFUSED', detail: `TLS could not be agreed (${code})` };
  if (nameError.includes(code)) return { kind: 'REFUSED', detail: `the host name was not found (${code})` };
  if (phase === 'CONNECT') return { kind: 'REFUSED', detail: `no connection could be made (${code})` };
  if (isReset(error)) return { kind: 'RESET', detail: `the connection broke before the answer was complete (${code})` };
  return { kind: 'MALFORMED', detail: `the answer is not valid HTTP (${code})` };
}

/** Whether the connection broke under a request. */
export function isReset(error: Error): boolean {
  const code = codeOf(error) ?? '';
  if (code === 'UND_ERR_SOCKET') return !error.message.startsWith('bad ');
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED' || earlyEnds.includes(code);
}

/** The code that network and HTTP errors carry; undefined for all others. */
function codeOf(error: Error): string | undefined {
  if ('expose' in error) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // The parser gives some of its errors no code.
  if (error.name === 'HTTPParserError') return error.name;
  return error.cause instanceof Error ? codeOf(error.cause) : undefined;
}
