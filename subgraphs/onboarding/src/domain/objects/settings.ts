/** How the platform's settings are written. The limits keep a slip of the keyboard from stopping payments. Source: design section 7. */
import type { Settings } from '@nodo-aperto/kernel/directory';
import { type Fields, required } from '../rule.ts';
import { flag, oneOf, wholeNumber } from '../scalars.ts';

/** Policies by which stations enter and leave Stand-In. Source: design section 5. */
export const STAND_IN_PROFILES = ['pagopa', 'breaker'] as const;

/** A token lives at most 30 minutes: the longest expirationTime of an activation. Source: domain facts, Payments section 1.4. */
const LONGEST_TOKEN_MS = 1_800_000;

export const settingsFields: Fields<Settings> = {
  tokenDurationMs: required(wholeNumber(1_000, LONGEST_TOKEN_MS)),
  idempotencyKeyMinutes: required(wholeNumber(1, 100_000)),
  useIdempotency: required(flag),
  receiptRetryMax: required(wholeNumber(0, 1_000)),
  receiptRetryMinutes: required(wholeNumber(1, 10_000)),
  standInProfile: required(oneOf(...STAND_IN_PROFILES)),
  perRequestFallback: required(flag),
  creditorTimeoutMs: required(wholeNumber(100, 60_000)),
  receiptTimeoutMs: required(wholeNumber(100, 120_000)),
};
