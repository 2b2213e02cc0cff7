/** What the KPIs need of raw calls: how outcomes were answered, and how stations answer. */
import type { ObservedCall } from '@nodo-aperto/schema/events';
import { instantOf } from '../persistence/instant.ts';
import type { StationCall } from '../persistence/note-calls.ts';
import type { OutcomeAnswer } from '../persistence/note-payments.ts';

/** An answer that takes longer is slow. Source: domain facts, Payments section 7.1 (98 % within 2 s). */
const LONGEST_ANSWER_MS = 2_000;
const EXPIRED: ReadonlySet<string> = new Set(['PPT_TOKEN_SCADUTO', 'PPT_TOKEN_SCADUTO_KO']);
/** An outcome that came, although the payment was made otherwise meanwhile. */
const TOO_LATE: ReadonlySet<string> = new Set(['PPT_PAGAMENTO_DUPLICATO', 'PPT_ESITO_GIA_ACQUISITO']);
const OUTCOME_PRIMITIVES: ReadonlySet<string> = new Set(['sendPaymentOutcome', 'sendPaymentOutcomeV2']);

/** Calls to stations that were requests of somebody, not probes. */
export function stationCallsOf(calls: readonly ObservedCall[]): StationCall[] {
  return calls.flatMap((call) => {
    const { station, broker, probe, direction } = call;
    if (direction !== 'NODE_TO_CREDITOR' || probe || station === undefined || broker === undefined) return [];
    const timeout = call.outcome === 'TIMEOUT';
    return {
      stationCode: station,
      brokerCode: broker,
      method: call.method,
      at: instantOf(call.at),
      durationMs: call.durationMs,
      timeout,
      taken: call.outcome === 'OK',
      slow: timeout || call.durationMs > LONGEST_ANSWER_MS,
    };
  });
}

/** How outcomes of known payments were answered; those that were refused before they were looked at are none. */
export function outcomeAnswersOf(calls: readonly ObservedCall[]): OutcomeAnswer[] {
  return calls.flatMap(({ direction, method, psp, paymentToken, outcome, faultCode = '', at }) => {
    if (direction !== 'PSP_TO_NODE' || !OUTCOME_PRIMITIVES.has(method) || paymentToken === undefined || psp === undefined) return [];
    const expired = EXPIRED.has(faultCode);
    return expired || outcome === 'OK' || TOO_LATE.has(faultCode) ? { pspCode: psp, paymentToken, expired, at: instantOf(at) } : [];
  });
}
