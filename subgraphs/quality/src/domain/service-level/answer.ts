/**
 * Rule: a call was answered when an answer of its primitive came, be it a KO; whatever else came, or nothing, is no answer. A fault is every
 * outcome but OK, told apart by the code that was answered, or by how the call ended where none was. An answer is in time within two seconds.
 * Source: domain facts, Payments sections 2.3 and 7.1 (98 % of calls within 2 s).
 */
import type { ObservedCall } from '@nodo-aperto/schema/events';

/** An answer that takes longer is not in time. */
const LONGEST_ANSWER_MS = 2_000;

export function isAnswered({ outcome }: Pick<ObservedCall, 'outcome'>): boolean {
  return outcome === 'OK' || outcome === 'KO';
}

export function isInTime(call: Pick<ObservedCall, 'outcome' | 'durationMs'>): boolean {
  return isAnswered(call) && call.durationMs <= LONGEST_ANSWER_MS;
}

/** The fault of a call, e.g. PAA_SYSTEM_ERROR or TIMEOUT; none for a call that went well. */
export function faultOf({ outcome, faultCode }: Pick<ObservedCall, 'outcome' | 'faultCode'>): string | undefined {
  return outcome === 'OK' ? undefined : (faultCode ?? outcome);
}
