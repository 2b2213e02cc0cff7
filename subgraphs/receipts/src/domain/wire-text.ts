/**
 * Texts of receipts may be longer where they come from (a directory file, ACA, a V2 answer) than a paSendRT may carry: the wire gets their
 * beginning, since a receipt that a name makes invalid would never arrive. E-mail addresses that the wire does not know are left out.
 * Lengths are counted in Unicode characters, as XML Schema does. Source: Domain facts, Payments §1.4 and §2.2.
 */

/** At most so many characters of the text, without white space at the cut. */
export function upTo(maximum: number, text: string): string {
  if (text.length <= maximum) return text;
  const characters = Array.from(text);
  return characters.length <= maximum ? text : characters.slice(0, maximum).join('').trimEnd();
}

const E_MAIL = /^[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(?:[.][a-zA-Z0-9-]+)*$/;

/** The address, when the wire can carry it. */
export function wireEmail(address: string | undefined): string | undefined {
  return address !== undefined && E_MAIL.test(address) ? address : undefined;
}
