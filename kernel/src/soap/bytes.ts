import { SoapClientError } from './errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const declaredEncoding = /^<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;

/**
 * The text of a document: UTF-8 (any byte order mark removed), or ISO-8859-1 when the document or its
 * Content-Type says so, as some older SOAP stacks still do.
 * @throws SoapClientError when the encoding is another one, or the bytes are not what it says.
 */
export function decodeBytes(body: Uint8Array, charset?: string): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  // RFC 7303: the charset parameter wins over the declaration inside the document.
  const encoding = (charset ?? declaredEncoding.exec(bytes.toString('latin1', 0, 200))?.[1] ?? 'utf-8').toLowerCase();
  if (encoding === 'iso-8859-1' || encoding === 'latin1') return bytes.toString('latin1');
  if (encoding !== 'utf-8' && encoding !== 'utf8' && encoding !== 'us-ascii') {
    throw new SoapClientError('the character encoding is not supported: expected UTF-8 (or ISO-8859-1)');
  }
  try {
    return utf8.decode(bytes);
  } catch {
    throw new SoapClientError('the document is not valid UTF-8');
  }
}
