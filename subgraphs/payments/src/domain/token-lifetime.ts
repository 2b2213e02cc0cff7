/**
 * How long a payment token lives: the configured duration, which a PSP may shorten with `expirationTime`. More than the configured
 * duration is not allowed, more than thirty minutes is not even well-formed. Source: Domain facts, Payments §2.5.
 */
import { Fault } from '@nodo-aperto/kernel/faults';

/** The most that the schema of the primitives lets `expirationTime` be, in milliseconds. */
const LONGEST_EXPIRATION_MS = 1_800_000;

/** @returns PPT_SINTASSI_EXTRAXSD when `expirationTime` is not one that the schema allows */
export function expirationTimeSyntax(expirationTimeMs: number | undefined): Fault | undefined {
  if (expirationTimeMs === undefined) return undefined;
  if (Number.isInteger(expirationTimeMs) && expirationTimeMs >= 1 && expirationTimeMs <= LONGEST_EXPIRATION_MS) return undefined;
  return new Fault('PPT_SINTASSI_EXTRAXSD', {
    description: `expirationTime: expected whole milliseconds from 1 to ${LONGEST_EXPIRATION_MS}.`,
  });
}

/** @returns PPT_AUTORIZZAZIONE when the PSP asks for a longer life than the platform gives */
export function expirationTimeAllowed(expirationTimeMs: number | undefined, configuredMs: number): Fault | undefined {
  if (expirationTimeMs === undefined || expirationTimeMs <= configuredMs) return undefined;
  return new Fault('PPT_AUTORIZZAZIONE', { description: `expirationTime: a token lives at most ${configuredMs} milliseconds here.` });
}

/** The life of a token in milliseconds, of a request that passed both checks. */
export function tokenLifetimeMs(expirationTimeMs: number | undefined, configuredMs: number): number {
  return expirationTimeMs ?? configuredMs;
}
