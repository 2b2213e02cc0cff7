/**
 * Rule: a request expires 30 days after it was made, unless configured otherwise; an approval begins the time anew; a request that waits for
 * an approval never expires. The instant of expiry itself counts as expired. Source: domain facts, Onboarding section 5.2.
 */
import { DAY } from '@nodo-aperto/kernel/time';
import type { RequestState } from './request-state.ts';

export const EXPIRY_DAYS = 30;

/** When a request that was made or approved now expires. @param now epoch milliseconds */
export function expiryFrom(now: number, days: number = EXPIRY_DAYS): number {
  return now + days * DAY;
}

/** Whether a request has expired. Instants are epoch milliseconds. */
export function isExpired(request: { state: RequestState; expiresAt: number }, now: number): boolean {
  return (request.state === 'REQUEST' || request.state === 'PENDING') && now >= request.expiresAt;
}
