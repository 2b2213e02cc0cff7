/**
 * Rule: the directory holds digests of the passwords of stations and channels, never the passwords, so that no event, replica, export or
 * backup gives one away. The code of the object is part of what is digested: two objects with equal passwords have different digests.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

const DIGEST = /^[0-9a-f]{64}$/;

/** What the directory holds of a password: SHA-256 of `<code>:<password>`, in hexadecimal. */
export function passwordDigest(code: string, password: string): string {
  return sha256(`${code}:${password}`).toString('hex');
}

/** Whether a text is a digest; passwords, of 8 to 15 characters, never look like one. */
export function isPasswordDigest(text: string): boolean {
  return DIGEST.test(text);
}

/**
 * Whether a caller gave the password of a station or channel. Takes the same time for right and wrong ones.
 * @param entry what the directory holds; entries of tests may hold the password itself
 */
export function passwordMatches(entry: { readonly code: string; readonly password: string }, given: string): boolean {
  const digested = isPasswordDigest(entry.password) ? passwordDigest(entry.code, given) : given;
  return timingSafeEqual(sha256(entry.password), sha256(digested));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
