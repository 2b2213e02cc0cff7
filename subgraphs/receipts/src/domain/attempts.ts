/**
 * When a receipt is sent again: after every attempt that failed, once per interval, up to the settings' number of retries after the first
 * attempt; then the attempts are used up and the creditor fetches the receipt. An attempt that was brought forward (the station came back
 * before its time) does not count against that number, and is no reason for an earlier end.
 * Source: Domain facts, Payments §3.9 (48 retries, one per hour, both settings); Payments §9 (receipts without begging).
 */
import { MINUTE } from '@nodo-aperto/kernel/time';

/** How far the delivery to one recipient has come. */
export interface AttemptCounts {
  /** Attempts that count: the first, and those at their time or asked for by an operator. */
  readonly counted: number;
  /** Attempts brought forward since the last one that counted. */
  readonly early: number;
}

export interface RetrySettings {
  readonly receiptRetryMinutes: number;
  readonly receiptRetryMax: number;
}

export interface AfterFailure extends AttemptCounts {
  /** Epoch milliseconds; undefined when the attempts are used up. */
  readonly nextAttemptAt: number | undefined;
}

/** @param broughtForward whether the attempt that failed had been brought forward */
export function afterFailure(counts: AttemptCounts, broughtForward: boolean, settings: RetrySettings, now: number): AfterFailure {
  const counted = counts.counted + (broughtForward ? 0 : 1);
  const early = broughtForward ? counts.early + 1 : 0;
  const exhausted = counted > settings.receiptRetryMax;
  return { counted, early, nextAttemptAt: exhausted ? undefined : nextAttempt(settings, now) };
}

/** One interval from now. */
export function nextAttempt({ receiptRetryMinutes }: Pick<RetrySettings, 'receiptRetryMinutes'>, now: number): number {
  return now + receiptRetryMinutes * MINUTE;
}
