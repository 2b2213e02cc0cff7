/**
 * Links to printed copies: good for a few minutes, for one copy, without another credential. They are signed with a secret that the database
 * keeps, so that every instance knows them. Source: Receipts §3.4 (download); how long they last is our choice.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '@nodo-aperto/kernel/database';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { MINUTE } from '@nodo-aperto/kernel/time';
import { type DocumentKey, linkSecret } from '../persistence/documents.ts';

export const LINK_LIFE_MS = 5 * MINUTE;
export const DOCUMENTS_PATH = '/receipts/service/v1/documents';

export interface DocumentLink {
  /** Path and query, on the address of the platform. */
  readonly path: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface DocumentLinks {
  linkTo(key: DocumentKey, now: number): Promise<DocumentLink>;
  /** Whether the signature is that of a link which still holds. */
  isGood(key: DocumentKey, link: { readonly expires: string; readonly signature: string }, now: number): Promise<boolean>;
}

const SECRET_BYTES = 32;

export function documentLinks({ database, random }: { database: Database; random: RandomStream }): DocumentLinks {
  let known: Promise<string> | undefined;
  const secret = (): Promise<string> => {
    known ??= linkSecret(database, random.hex(2 * SECRET_BYTES)).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  const sign = async ({ receiptId, copy }: DocumentKey, expires: string): Promise<Buffer> =>
    createHmac('sha256', await secret())
      .update(JSON.stringify([receiptId, copy, expires]))
      .digest();
  return {
    async linkTo(key, now) {
      const expiresAt = now + LINK_LIFE_MS;
      const signature = (await sign(key, String(expiresAt))).toString('base64url');
      const query = new URLSearchParams({ expires: String(expiresAt), signature });
      return { path: `${DOCUMENTS_PATH}/${encodeURIComponent(key.receiptId)}/${key.copy}?${query}`, expiresAt };
    },
    async isGood(key, { expires, signature }, now) {
      const expected = await sign(key, expires);
      const given = Buffer.from(signature, 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
      return Number(expires) > now;
    },
  };
}
