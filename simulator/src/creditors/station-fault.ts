/** The ways in which a station can fail, in the words of the field (design §8). */
import { InputError } from '@nodo-aperto/kernel/faults';
import type { FaultCode } from '@nodo-aperto/kernel/faults';

/** A fault code that creditors answer with. */
export type CreditorFaultCode = Extract<FaultCode, `PAA_${string}`>;

/** A way to fail, with its details; every detail has a default. */
export type StationFault =
  /** The port is closed and open connections are broken: connection refused. */
  | { readonly kind: 'off' }
  /** Takes requests and never answers. */
  | { readonly kind: 'timeout' }
  /** Does its work, then answers after a log-normally distributed time in platform milliseconds. */
  | { readonly kind: 'slow'; readonly medianMs?: number; readonly sigma?: number }
  /** Breaks the connection when it has read the request. */
  | { readonly kind: 'reset' }
  /** Answers with an HTTP status and no message: 503 when not told otherwise. */
  | { readonly kind: 'httpError'; readonly status?: number }
  /** Answers with status 200 and something that is no valid answer; one form or, when absent, any of them. */
  | { readonly kind: 'malformed'; readonly form?: MalformedForm }
  /** Answers KO to verification, activation and requests for notices: PAA_SYSTEM_ERROR when not told otherwise. */
  | { readonly kind: 'businessKo'; readonly code?: CreditorFaultCode }
  /** Works, but answers KO to receipts: PAA_SYSTEM_ERROR when not told otherwise. */
  | { readonly kind: 'receiptsRefused'; readonly code?: CreditorFaultCode }
  /** Activation names another amount than verification: more by this percentage, 10 when not told otherwise. */
  | { readonly kind: 'wrongAmount'; readonly percent?: number }
  /** Breaks connections for a while, works for as long, over and over; platform milliseconds of each, 15,000 when not told otherwise. */
  | { readonly kind: 'flapping'; readonly everyMs?: number }
  /** Answers verification; takes activation and never answers it. */
  | { readonly kind: 'halfOpen' };

export type FaultKind = StationFault['kind'];

/** A web page; an envelope cut short; an envelope with a message that its schema does not know. */
export const MALFORMED_FORMS = ['page', 'truncated', 'unknownMessage'] as const;
export type MalformedForm = (typeof MALFORMED_FORMS)[number];

/** Every kind, with one sentence on what a caller of the station meets. */
const FAULT_KINDS: Readonly<Record<FaultKind, string>> = {
  off: 'the port is closed: connections are refused',
  timeout: 'requests are taken and never answered',
  slow: 'answers come late, some later than the caller waits',
  reset: 'the connection breaks when the request has been read',
  httpError: 'an HTTP error, 503 unless another is chosen, comes in place of an answer',
  malformed: 'the answer is no valid message',
  businessKo: 'verification and activation are answered KO',
  receiptsRefused: 'receipts are answered KO, all else works',
  wrongAmount: 'activation names another amount than verification',
  flapping: 'connections break for a while, then all works for as long, over and over',
  halfOpen: 'verification works, activation is never answered',
};

function isFaultKind(text: unknown): text is FaultKind {
  return typeof text === 'string' && Object.hasOwn(FAULT_KINDS, text);
}

/** The longest median of a slow station, in platform milliseconds: beyond it a station is silent, which is another kind. */
const LONGEST_MEDIAN_MS = 120_000;

/** The longest time for which a flapping station keeps doing the same, in platform milliseconds. */
const LONGEST_PHASE_MS = 3_600_000;

/** Whether a flapping station breaks connections now: it begins with that. @param sinceMs platform milliseconds since it began to flap */
export function isDown(fault: { readonly everyMs?: number }, sinceMs: number): boolean {
  return Math.floor(sinceMs / (fault.everyMs ?? 15_000)) % 2 === 0;
}

/** @throws InputError when a detail is out of its range */
export function checkFault(fault: StationFault): void {
  if (!isFaultKind(fault.kind)) {
    throw InputError.at('fault.kind', 'is no kind of fault', `one of ${Object.keys(FAULT_KINDS).join(', ')}`);
  }
  if (fault.kind === 'slow') {
    const { medianMs = 1, sigma = 0 } = fault;
    if (!(medianMs > 0 && medianMs <= LONGEST_MEDIAN_MS)) {
      throw InputError.at('fault.medianMs', `is ${medianMs}`, `milliseconds above 0, up to ${LONGEST_MEDIAN_MS}`);
    }
    if (!(sigma >= 0 && sigma <= 5)) throw InputError.at('fault.sigma', `is ${sigma}`, 'a number from 0 to 5');
  }
  if (fault.kind === 'wrongAmount') {
    const { percent = 10 } = fault;
    if (!(percent > 0 && percent <= 100)) throw InputError.at('fault.percent', `is ${percent}`, 'a number above 0, up to 100');
  }
  if (fault.kind === 'flapping') {
    const { everyMs = 1 } = fault;
    if (!(everyMs > 0 && everyMs <= LONGEST_PHASE_MS)) {
      throw InputError.at('fault.everyMs', `is ${everyMs}`, `milliseconds above 0, up to ${LONGEST_PHASE_MS}`);
    }
  }
  if (fault.kind === 'httpError') {
    const { status = 503 } = fault;
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw InputError.at('fault.status', `is ${status}`, 'an HTTP error status from 400 to 599');
    }
  }
}
