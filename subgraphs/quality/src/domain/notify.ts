/**
 * What a pspNotifyPayment call counts for. TPNP counts answers slower than two seconds over all calls; TNSPO counts outcomes that were sent
 * more than two seconds after the answer OK, over all notifications answered OK that an outcome followed (one without an outcome is a fault
 * of DASPO). Source: domain facts, Reporting section 2.1, table.
 */
import type { ProfileRules } from './profile.ts';

/** A call of pspNotifyPayment. Instants are epoch milliseconds. */
export interface NotifyEvidence {
  paymentToken: string;
  at: number;
  durationMs: number;
  outcome: 'OK' | 'KO';
  /** When the outcome of the payment arrived; absent while none has. */
  outcomeAt?: number;
}

export function isSlowAnswer(notify: NotifyEvidence, rules: ProfileRules): boolean {
  return rules.isSlow(notify.durationMs);
}

/** Whether the call belongs to the sample of TNSPO. */
export function wasFollowed(notify: NotifyEvidence): notify is NotifyEvidence & { outcomeAt: number } {
  return notify.outcome === 'OK' && notify.outcomeAt !== undefined;
}

export function isSlowOutcome(notify: NotifyEvidence & { outcomeAt: number }, rules: ProfileRules): boolean {
  return rules.isSlow(notify.outcomeAt - notify.at - notify.durationMs);
}
