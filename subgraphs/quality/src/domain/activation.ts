/**
 * What an activation counts for. LSPO counts outcomes answered PPT_TOKEN_SCADUTO or PPT_TOKEN_SCADUTO_KO, DASPO activations without any
 * outcome; both over all activations. Source: domain facts, Reporting section 2.1, table.
 */

/** An activation as the facts of the payments subgraph told it. */
export interface ActivationEvidence {
  paymentToken: string;
  /** Epoch milliseconds. */
  activatedAt: number;
  /** When the token expires, epoch milliseconds. */
  expiresAt: number;
  /** Whether the token was cancelled because no outcome had come. */
  cancelled: boolean;
  /** Whether any outcome came. */
  outcomeReceived: boolean;
  /** Whether the outcome OK was booked after the token had expired. */
  late: boolean;
  /** Whether an outcome was seen to be answered with an expired token, booked or not. */
  answeredExpired: boolean;
}

/** Whether the activation is a fault of LSPO. A KO after the cancellation is late as well, although nothing is booked. */
export function isLateOutcome(activation: ActivationEvidence): boolean {
  return activation.answeredExpired || (activation.outcomeReceived && (activation.late || activation.cancelled));
}

/** Whether the activation is a fault of DASPO. A session that can still be closed in time is none. */
export function isMissingOutcome(activation: ActivationEvidence, now: number): boolean {
  return !activation.outcomeReceived && (activation.cancelled || activation.expiresAt <= now);
}
