import { InvariantError } from '../faults/index.ts';
import { SoapClientError } from './errors.ts';

// XML 1.0, production [2] Char: what a document may hold, raw or as a reference. With the u flag only a lone surrogate matches.
// oxlint-disable-next-line no-control-regex -- the control characters are the point
const illegal = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/u;

/** Whether every character is one that an XML 1.0 document may hold. */
export function isXmlText(text: string): boolean {
  return !illegal.test(text);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const reference = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));|&/g;

/**
 * Replaces the five predefined entities and the character references. There are no others: a document that could
 * declare some (a DOCTYPE) has been refused before.
 * @throws SoapClientError on any other ampersand and on a reference to a character that XML does not allow.
 */
export function decodeReferences(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(reference, (_whole, hexadecimal?: string, decimal?: string, name?: string) => {
    if (name !== undefined && Object.hasOwn(named, name)) return named[name] ?? '';
    const code = hexadecimal !== undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal ?? Number.NaN);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : '';
    if (character === '' || !isXmlText(character)) {
      throw new SoapClientError('an "&" starts neither a predefined entity (amp, lt, gt, quot, apos) nor a legal character reference');
    }
    return character;
  });
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A bare carriage return, or white space in an attribute, would come back as something else at the reader.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Escapes text for element content. @throws InvariantError on a character that no XML document may hold. */
export function escapeText(text: string): string {
  if (!isXmlText(text)) throw new InvariantError('a text to be sent holds a control character or a broken surrogate pair');
  return text.replace(/[&<>\r]/g, (character) => escapes[character] ?? character);
}

/** Escapes text for an attribute in double quotes. @throws InvariantError as {@link escapeText}. */
export function escapeAttribute(text: string): string {
  if (!isXmlText(text)) throw new InvariantError('an attribute to be sent holds a control character or a broken surrogate pair');
  return text.replace(/[&<>"\r\n\t]/g, (character) => escapes[character] ?? character);
}
