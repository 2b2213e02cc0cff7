/**
 * Rule: the directory keeps no password and no API key, only digests of them, so nobody can be shown one. A file or form gives the secret;
 * an export gives the digest in its place, and is read back as such. Passwords are 8 to 15 characters, as the PSP-side messages carry them.
 * An object that is written again without its password keeps it. Source: domain facts, Payments section 1.1; Onboarding section 5.6.
 */
import { apiKeyHash, isPasswordDigest, passwordDigest } from '@nodo-aperto/kernel/directory';
import { accepted, refused } from '@nodo-aperto/kernel/faults';
import { type Field, optional, scalar } from './rule.ts';

/** How an object with a password is written. */
export type WithPassword<T extends { password: string }> = Omit<T, 'password'> & { password?: string | undefined };

const PASSWORD = /^[\x21-\x7e]{8,15}$/;
const KEY = /^[\x21-\x7e]{8,128}$/;
const KEY_DIGEST = /^sha256:([0-9a-f]{64})$/;

export const passwordField: Field<string | undefined> = optional(
  scalar(
    (value) => {
      const text = typeof value === 'number' ? String(value) : value;
      const fits = typeof text === 'string' && (PASSWORD.test(text) || isPasswordDigest(text));
      return fits ? accepted(text) : refused('a password of 8 to 15 printable characters without blanks');
    },
    { secret: true },
  ),
);

export const keyRule = scalar(
  (value) => {
    const fits = typeof value === 'string' && KEY.test(value) && (KEY_DIGEST.test(value) || !value.startsWith('sha256:'));
    return fits ? accepted(value) : refused('a key of 8 to 128 printable characters without blanks');
  },
  { secret: true },
);

/** The digest of a key; of one that is written as its digest, that. */
export function keyDigest(key: string): string {
  return KEY_DIGEST.exec(key)?.[1] ?? apiKeyHash(key);
}

/** How a key's digest is written in exports. */
export function writtenKey(hash: string): string {
  return `sha256:${hash}`;
}

/**
 * The object with the digest of its password.
 * @param known the object as it is kept, if it is; its password stays when the entry gives none
 * @returns an object with an empty password when there is none at all
 */
export function withDigest<T extends { code: string; password: string }>(entry: WithPassword<T>, known: T | undefined): T {
  const { code, password: given } = entry as { code: string; password?: string | undefined };
  const password = given === undefined || isPasswordDigest(given) ? (given ?? known?.password ?? '') : passwordDigest(code, given);
  return { ...entry, password } as T;
}
