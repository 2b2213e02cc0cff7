/** Bytes and base64 into text, as they arrive. */
import { SoapClientError } from '@nodo-aperto/kernel/soap';

const DECLARATION = /^<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;
/** So many bytes are looked at for the declaration of an encoding. */
const DECLARATION_BYTES = 200;

/** UTF-8, or ISO-8859-1 when the transport or the document says so, as some older stacks still do. */
export class TextStream {
  readonly #charset: string | undefined;
  #waiting: Buffer = Buffer.alloc(0);
  #decode: ((bytes: Uint8Array, end: boolean) => string) | undefined;

  constructor(charset?: string) {
    this.#charset = charset;
  }

  /** @throws SoapClientError when the bytes are not what the encoding says, or the encoding is another one */
  write(bytes: Buffer): string {
    if (this.#decode) return this.#decode(bytes, false);
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    return this.#waiting.length < DECLARATION_BYTES ? '' : this.#begin(false);
  }

  /** @returns what was still waiting */
  end(): string {
    return this.#decode ? this.#decode(Buffer.alloc(0), true) : this.#begin(true);
  }

  #begin(end: boolean): string {
    const declared = DECLARATION.exec(this.#waiting.toString('latin1', 0, DECLARATION_BYTES))?.[1];
    this.#decode = decoder((this.#charset ?? declared ?? 'utf-8').toLowerCase());
    const [bytes, none] = [this.#waiting, Buffer.alloc(0)];
    this.#waiting = none;
    return this.#decode(bytes, end);
  }
}

function decoder(encoding: string): (bytes: Uint8Array, end: boolean) => string {
  if (encoding === 'iso-8859-1' || encoding === 'latin1') return (bytes) => Buffer.from(bytes).toString('latin1');
  if (encoding !== 'utf-8' && encoding !== 'utf8' && encoding !== 'us-ascii')
    throw new SoapClientError('the character encoding is not supported: expected UTF-8 (or ISO-8859-1)');
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  return (bytes, end) => {
    try {
      return utf8.decode(bytes, { stream: !end });
    } catch {
      throw new SoapClientError('the document is not valid UTF-8');
    }
  };
}

/** Base64 in pieces of any length; white space between its characters is left out. */
export class Base64Stream {
  #rest = '';
  #ended = false;

  /** @returns the bytes that are complete; undefined when the text is not base64 */
  write(text: string): Buffer | undefined {
    const clean = this.#rest + text.replaceAll(/[ \t\r\n]+/g, '');
    if (clean === '') return Buffer.alloc(0);
    if (this.#ended || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) return undefined;
    const whole = clean.length - (clean.length % 4);
    this.#rest = clean.slice(whole);
    const piece = clean.slice(0, whole);
    if (piece.endsWith('=')) this.#ended = true;
    return Buffer.from(piece, 'base64');
  }

  /** Whether the text ended where base64 may end: not in the middle of a group of four characters. */
  isComplete(): boolean {
    return this.#rest === '';
  }
}
