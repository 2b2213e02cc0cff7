import { DAY } from '@nodo-aperto/kernel/time';
import { allowed, type Outcome, refused } from './outcome.ts';

/** A citizen's consent that a PSP asks for what there is to pay on its behalf. Instants in epoch milliseconds. */
export interface PullConsent {
  readonly debtorFiscalCode: string;
  readonly pspCode: string;
  /** Who recorded it: the citizen itself, or the PSP to which it was given. */
  readonly recordedBy: 'CITIZEN' | 'PSP' | 'OPERATOR';
  /** Where the PSP keeps the evidence. */
  readonly reference?: string;
  readonly givenAt: number;
  readonly expiresAt: number;
  readonly revokedAt?: number;
}

const DEFAULT_CONSENT_MS = 365 * DAY;
export const LONGEST_CONSENT_MS = 5 * 365 * DAY;

/** A PSP sees a citizen's notices only under a consent that was given, not revoked, and has not run out. Ours: the field leaves it open. */
export function isConsentInForce(consent: PullConsent | undefined, now: number): boolean {
  return consent !== undefined && consent.revokedAt === undefined && consent.givenAt <= now && now < consent.expiresAt;
}

/** A consent ends: in the future, and not later than five years from now; after a year when nothing is said. */
export function consentEnd(wanted: number | undefined, now: number): Outcome<number> {
  if (wanted === undefined) return allowed(now + DEFAULT_CONSENT_MS);
  if (wanted > now && wanted <= now + LONGEST_CONSENT_MS) return allowed(wanted);
  return refused('INVALID', {
    path: 'expiresAt',
    message: 'is not a possible end of a consent',
    expected: 'a future instant within five years',
  });
}
