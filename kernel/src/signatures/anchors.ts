/** The authorities whose certificates are believed. */
import { X509Certificate } from 'node:crypto';
import { Certificate } from 'pkijs';
import { InputError } from '../faults/index.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Reads certificates of authorities from a PEM text. @throws InputError when one of them cannot be read, or there is none */
export function readAnchors(pem: string): readonly Certificate[] {
  const texts = pem.match(PEM) ?? [];
  if (texts.length === 0) throw InputError.at('certificates', 'holds none', 'certificates of authorities in PEM form');
  return texts.map((text) => {
    try {
      return Certificate.fromBER(Uint8Array.from(new X509Certificate(text).raw).buffer);
    } catch {
      throw InputError.at('certificates', 'holds one that cannot be read', 'certificates of authorities in PEM form');
    }
  });
}
