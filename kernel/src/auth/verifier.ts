/** Verification of access tokens at the edge, with a bounded cache: verifying costs about a hundred microseconds, a look-up less than two. */
import { type JSONWebKeySet, type JWTVerifyGetKey, createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { UnauthenticatedError } from '../faults/index.ts';
import { type Clock, asDate } from '../time/index.ts';
import { type ClaimNames, PLATFORM_CLAIMS, principalOf } from './claims.ts';
import type { Principal } from './principal.ts';

const MOST_CACHED = 10_000;
const LONGEST_TOKEN = 8_192;

export interface TokenVerifier {
  /**
   * The caller that the token speaks for.
   * @throws UnauthenticatedError with one sentence: malformed, wrong issuer or audience, bad signature, expired
   */
  verify(token: string): Promise<Principal>;
}

/** Verifies tokens that one key set signs, under one issuer's name or several. `jwks` is a key set, or the URL of one. */
export function tokenVerifier(options: {
  jwks: JSONWebKeySet | URL;
  issuer: string | readonly string[];
  audience: string;
  algorithms?: string[];
  /** How the issuer names its claims; as the platform does when absent. */
  claims?: ClaimNames;
  clock: Clock;
  cacheSize?: number;
}): TokenVerifier {
  const keys: JWTVerifyGetKey =
    options.jwks instanceof URL ? createRemoteJWKSet(options.jwks, { timeoutDuration: 5_000 }) : createLocalJWKSet(options.jwks);
  const most = options.cacheSize ?? MOST_CACHED;
  const cache = new Map<string, Principal>();
  return {
    async verify(token) {
      const known = cache.get(token);
      if (known) {
        if (known.expiresAt > options.clock.now()) return known;
        cache.delete(token);
        throw new UnauthenticatedError('The access token has expired.');
      }
      if (token.length > LONGEST_TOKEN) throw new UnauthenticatedError(`The access token is longer than ${LONGEST_TOKEN} characters.`);
      const principal = await verifyOnce(token, keys, options);
      // The oldest goes first: a Map keeps the order of insertion.
      if (cache.size >= most) cache.delete(cache.keys().next().value as string);
      cache.set(token, principal);
      return principal;
    },
  };
}

async function verifyOnce(
  token: string,
  keys: JWTVerifyGetKey,
  options: { issuer: string | readonly string[]; audience: string; algorithms?: string[]; claims?: ClaimNames; clock: Clock },
): Promise<Principal> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: [options.issuer].flat(),
      audience: options.audience,
      algorithms: options.algorithms ?? ['ES256'],
      currentDate: asDate(options.clock.now()),
      requiredClaims: ['exp', 'sub'],
    });
    return principalOf(payload, options.claims ?? PLATFORM_CLAIMS);
  } catch (error) {
    throw new UnauthenticatedError(sentenceFor(error));
  }
}

function sentenceFor(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The access token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The access token is not for this platform: claim "${error.claim}" is not the expected one.`;
  if (error instanceof z.ZodError)
    return `The access token lacks a valid claim: ${error.issues.map((issue) => issue.path.join('.')).join(', ')}.`;
  if (error instanceof errors.JWKSTimeout) return 'The access token cannot be checked: the issuer does not answer.';
  return 'The access token is not valid: it could not be read, or its signature does not match.';
}

/**
 * The token of an `Authorization: Bearer …` header.
 * @returns undefined without a header
 * @throws UnauthenticatedError for another scheme or an empty token: never anonymous by mistake
 */
export function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^Bearer +([\w.~+/=-]+)$/i.exec(header.trim());
  if (!match?.[1]) throw new UnauthenticatedError('The Authorization header must be "Bearer" followed by an access token.');
  return match[1];
}
