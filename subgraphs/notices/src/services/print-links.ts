/** Links to files that need no key: signed, and good for a quarter of an hour. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@nodo-aperto/kernel/time';
import { MINUTE } from '@nodo-aperto/kernel/time';

/** Below the base of the official interface, which leaves open where its links lead. */
export const FILES_PATH = '/print-payment-notice-service/files/v1';
const LIFETIME_MS = 15 * MINUTE;

export interface PrintLinks {
  /** The path and query of a link to a file of a folder. */
  sign(folderId: string, fileName: string): Promise<string>;
  /** Whether a link was signed here and still holds. */
  verify(link: { folderId: string; fileName: string; expires: string; signature: string }): Promise<boolean>;
}

/** @param secret asked for once, when the first link is made */
export function printLinks({ clock, secret }: { clock: Clock; secret(): Promise<string> }): PrintLinks {
  let known: Promise<string> | undefined;
  const signatureOf = async (folderId: string, fileName: string, expires: string): Promise<Buffer> => {
    known ??= secret().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return createHmac('sha256', await known)
      .update(`${folderId}\n${fileName}\n${expires}`)
      .digest();
  };
  return {
    async sign(folderId, fileName) {
      const expires = String(clock.now() + LIFETIME_MS);
      const signature = (await signatureOf(folderId, fileName, expires)).toString('hex');
      return `${FILES_PATH}/${encodeURIComponent(folderId)}/${encodeURIComponent(fileName)}?expires=${expires}&signature=${signature}`;
    },
    async verify({ folderId, fileName, expires, signature }) {
      if (!/^\d{1,15}$/.test(expires) || !/^[0-9a-f]{64}$/.test(signature) || Number(expires) <= clock.now()) return false;
      return timingSafeEqual(Buffer.from(signature, 'hex'), await signatureOf(folderId, fileName, expires));
    },
  };
}
