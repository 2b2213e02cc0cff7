import type { FaultCode } from '../faults/index.ts';

/**
 * How a call towards a creditor's station failed. The first group is what Stand-In monitors; the second is never a
 * reason for Stand-In, since the station is there and answers.
 */
export type FailureKind =
  /** No connection: refused, host or network unreachable, name not found, TLS not agreed. */
  | 'REFUSED'
  /** The connection broke before the answer was complete. */
  | 'RESET'
  /** No complete answer within the deadline. */
  | 'TIMEOUT'
  /** HTTP 503, or a SOAP Fault in place of an answer. */
  | 'SERVICE_NOT_ACTIVE'
  /** Another HTTP status than success, redirects included. */
  | 'HTTP_ERROR'
  /** An answer that is not HTTP, not SOAP, too large, compressed, or against its schema. */
  | 'MALFORMED';

/** How far a call came. */
export type CallPhase = 'CONNECT' | 'WAIT' | 'BODY' | 'ANSWER';

/** What is known about one failed call: enough to tell why, nothing that belongs to a person. */
export interface FailureEvidence {
  readonly phase: CallPhase;
  /** One sentence of ours. */
  readonly detail: string;
  /** Milliseconds from the call to its end, in platform time. */
  readonly elapsedMs: number;
  /** Connections tried: 2 when a kept-alive connection turned out to be closed and a fresh one was taken. */
  readonly attempts: number;
  readonly httpStatus?: number;
  readonly contentType?: string;
  /** The markup of the answer with all its text and attributes taken out, at most 300 characters. */
  readonly excerpt?: string;
}

/** A failed call. */
export interface CallFailure {
  readonly kind: FailureKind;
  readonly evidence: FailureEvidence;
}

/**
 * The fault that a PSP is told about each kind of failure.
 * Source: design, "Creditor faults" of the wire primitives; Domain facts, Payments §2.3.
 */
export const creditorFaultOf = {
  REFUSED: 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE',
  RESET: 'PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE',
  TIMEOUT: 'PPT_STAZIONE_INT_PA_TIMEOUT',
  SERVICE_NOT_ACTIVE: 'PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO',
  HTTP_ERROR: 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE',
  MALFORMED: 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE',
} as const satisfies Readonly<Record<FailureKind, FaultCode>>;

/** Whether Stand-In counts a failure of this kind (the three monitored faults; Domain facts, Payments §3.1). */
export function isMonitoredFailure(kind: FailureKind): boolean {
  return creditorFaultOf[kind] !== 'PPT_STAZIONE_INT_PA_ERRORE_RESPONSE';
}

const maximumExcerpt = 300;
const maximumScanned = 4096;

/**
 * An excerpt of a message that shows its structure only: the names of its tags. Text and attributes may hold
 * anybody's name or fiscal code, and are replaced by `…`.
 */
export function structureOf(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, maximumScanned)).toString('utf8');
  let result = '';
  let at = 0;
  for (const tag of text.matchAll(/<(\/?[A-Za-z_][\w.:-]{0,60})[^<>]*?(\/?)>/g)) {
    if (text.slice(at, tag.index).trim() !== '') result += '…';
    result += `<${tag[1]}${tag[2]}>`;
    at = tag.index + tag[0].length;
    if (result.length > maximumExcerpt) return `${result.slice(0, maximumExcerpt)}…`;
  }
  return text.slice(at).trim() === '' ? result : `${result}…`;
}
