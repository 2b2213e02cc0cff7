/** The embedded issuer: signs access tokens for the roles, with a key that lives in the data folder. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CryptoKey, type JSONWebKeySet, type JWK, SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { RandomStream } from '../random/index.ts';
import type { Clock } from '../time/index.ts';
import { placeOnce } from './place-once.ts';
import type { Role } from './principal.ts';

const EMBEDDED_ISSUER = 'urn:nodo-aperto:embedded-issuer';
export const AUDIENCE = 'urn:nodo-aperto:platform';
const ALGORITHM = 'ES256';
const HOUR = 3_600_000;

export interface TokenClaims {
  role: Role;
  /** EC fiscal code, PSP code or broker code; required for EC, PSP and PARTNER. */
  tenant?: string;
  /** Tax code; required for CITIZEN. */
  fiscalCode?: string;
  name?: string;
  /** How long the token is valid, in milliseconds of platform time; eight hours by default. */
  lifetimeMs?: number;
}

export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** Signs an access token. */
  issue(claims: TokenClaims): Promise<string>;
  /** The public keys. */
  jwks(): JSONWebKeySet;
}

/**
 * Opens the issuer whose key is in `<folder>/issuer.jwk.json`, making the key the first time.
 * @throws Error naming the file when it cannot be read, written or understood
 */
export async function embeddedIssuer(options: { folder: string; clock: Clock; random: RandomStream }): Promise<TokenIssuer> {
  const jwk = await signingKey(options.folder);
  const key = (await importJWK(jwk, ALGORITHM)) as CryptoKey;
  const { d: _private, ...publicKey } = jwk;
  return {
    issuer: EMBEDDED_ISSUER,
    audience: AUDIENCE,
    jwks: () => ({ keys: [{ ...publicKey, use: 'sig', alg: ALGORITHM }] }),
    issue(claims) {
      assertComplete(claims);
      const now = Math.floor(options.clock.now() / 1000);
      const lifetime = Math.ceil((claims.lifetimeMs ?? 8 * HOUR) / 1000);
      return new SignJWT({ role: claims.role, tenant: claims.tenant, fiscal_code: claims.fiscalCode, name: claims.name })
        .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid ?? '', typ: 'at+jwt' })
        .setIssuer(EMBEDDED_ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(claims.fiscalCode ?? claims.tenant ?? claims.role.toLowerCase())
        .setIssuedAt(now)
        .setExpirationTime(now + lifetime)
        .setJti(options.random.uuid())
        .sign(key);
    },
  };
}

/**
 * The private key of a data folder, made the first time: what the embedded issuer and the embedded identity provider sign with.
 * @throws Error naming the file when it cannot be read, written or understood
 */
export function signingKey(folder: string): Promise<JWK> {
  return loadOrMakeKey(join(folder, 'issuer.jwk.json'), folder);
}

/** A token without its party would see nothing: better said when it is made. */
function assertComplete(claims: TokenClaims): void {
  if (claims.role === 'CITIZEN' && !claims.fiscalCode) throw new Error('A token of role CITIZEN needs a fiscal code.');
  if ((claims.role === 'EC' || claims.role === 'PSP' || claims.role === 'PARTNER') && !claims.tenant) {
    throw new Error(`A token of role ${claims.role} needs a tenant: the party's code.`);
  }
}

async function loadOrMakeKey(file: string, folder: string): Promise<JWK> {
  try {
    const jwk = JSON.parse(await readFile(file, 'utf8')) as JWK;
    if (jwk.kty !== 'EC' || !jwk.d) throw new Error('it is not an EC private key');
    return jwk;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(`The issuer's key ${file} cannot be used: ${(error as Error).message}.`, { cause: error });
  }
  await mkdir(folder, { recursive: true });
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  jwk.kid = await calculateJwkThumbprint(jwk);
  return JSON.parse(await placeOnce(file, JSON.stringify(jwk))) as JWK;
}
