/** How the platform's settings are written. The limits keep a slip of the keyboard from stopping payments. Source: design section 7. */
import { type Settings, STAND_IN_PROFILES } from '@nodo-aperto/kernel/directory';
import { type Fields, optional, required } from '../rule.ts';
import { flag, oneOf, wholeNumber } from '../scalars.ts';
import { breakerFigures, exposureLimits, pagopaFigures } from './stand-in-policy.ts';

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
  standInBreaker: optional(breakerFigures),
  standInPagopa: optional(pagopaFigures),
  exposureLimits: optional(exposureLimits),
  maintenanceHoursPerYear: optional(wholeNumber(0, 8_784)),
};

/**
 * Rule: settings that are not given stay as they are, single figures of a profile included; limits of exposure are given as a whole.
 * Source: design section 7.
 */
export function withSettings(entry: Partial<Settings>, known: Settings): Settings {
  const figures = {
    ...(entry.standInBreaker && { standInBreaker: { ...known.standInBreaker, ...entry.standInBreaker } }),
    ...(entry.standInPagopa && { standInPagopa: { ...known.standInPagopa, ...entry.standInPagopa } }),
  };
  return { ...known, ...entry, ...figures };
}
