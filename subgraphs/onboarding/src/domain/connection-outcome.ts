/**
 * Rule: what a test call says of an endpoint. Any valid answer, also a business KO, shows that a station answers there: SUCCESS. A connection on
 * which TLS could not be agreed: CERTIFICATE_ERROR. Everything else: ERROR, with what happened. Source: domain facts, Onboarding section 5.6.
 */
import type { CallFailure, FailureKind } from '@nodo-aperto/kernel/soap';

export const CONNECTION_OUTCOMES = ['SUCCESS', 'CERTIFICATE_ERROR', 'ERROR'] as const;
export type ConnectionOutcome = (typeof CONNECTION_OUTCOMES)[number];

export interface ConnectionResult {
  readonly outcome: ConnectionOutcome;
  readonly failure?: FailureKind;
  /** What happened, for people. */
  readonly detail: string;
  readonly httpStatus?: number;
  readonly elapsedMs: number;
}

/** Names of the errors of a TLS handshake, as they stand in a failure's evidence. */
const TLS = /\((ERR_SSL_|ERR_TLS_|EPROTO\)|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/;

export function connectionResult(answer: { kind: 'ANSWER'; elapsedMs: number; outcome: string } | CallFailure): ConnectionResult {
  if (answer.kind === 'ANSWER')
    return {
      outcome: 'SUCCESS',
      detail: `The station answered with outcome ${answer.outcome}.`,
      httpStatus: 200,
      elapsedMs: answer.elapsedMs,
    };
  const { kind, evidence } = answer;
  const { detail, httpStatus, elapsedMs } = evidence;
  const outcome = kind === 'REFUSED' && TLS.test(detail) ? 'CERTIFICATE_ERROR' : 'ERROR';
  return { outcome, failure: kind, detail, ...(httpStatus !== undefined && { httpStatus }), elapsedMs };
}
