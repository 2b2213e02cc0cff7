/**
 * How the answer to a probe counts. The probe is a verification of the notice of 18 zeroes, which nobody has: a creditor that works
 * answers PAA_PAGAMENTO_SCONOSCIUTO. Any other well-formed answer shows a station that works too, though perhaps not one that knows
 * itself addressed; it is kept apart, and each profile decides what it is worth. Source: Domain facts, Payments §3.4.
 */
import { isMonitoredFailure, type CallFailure } from '@nodo-aperto/kernel/soap';
import type { ProbeResult } from './evidence.ts';

/** A probe's answer, in the words of the creditor's message. */
export interface ProbeAnswer {
  readonly outcome: 'OK' | 'KO';
  readonly faultCode?: string;
}

export interface ProbeJudgement {
  readonly result: ProbeResult;
  /** What came back: a fault code, "OK", or why nothing did. */
  readonly answer: string;
}

export function judgeProbeAnswer(answer: ProbeAnswer): ProbeJudgement {
  if (answer.outcome === 'KO' && answer.faultCode === 'PAA_PAGAMENTO_SCONOSCIUTO') return { result: 'GOOD', answer: answer.faultCode };
  return { result: 'ANSWERED', answer: answer.outcome === 'OK' ? 'OK' : (answer.faultCode ?? 'KO') };
}

/** A call that failed; an answer that breaks its schema is no well-formed answer either. */
export function judgeProbeFailure(failure: CallFailure): ProbeJudgement {
  const kind = isMonitoredFailure(failure.kind) ? failure.kind : `${failure.kind} (not valid)`;
  return { result: 'FAILED', answer: `${kind}: ${failure.evidence.detail}` };
}
