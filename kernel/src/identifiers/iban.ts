import { accepted, InputError, invariant, refused } from '../faults/index.ts';
import type { Parsed } from '../faults/index.ts';
import { shapeOf, upperCase } from './brand.ts';
import type { Identifier } from './brand.ts';
import { checkLetter } from './check-letter.ts';

/** International Bank Account Number (ISO 13616), upper case, without blanks, with right check digits. */
export type Iban = Identifier<'Iban'>;

/** What the PSP side's messages accept as an IBAN: its shape only (Domain facts, Payments §1.4). */
export type IbanShape = Identifier<'IbanShape'>;

// The two countries whose banks creditors of this field use have one length each.
const LENGTHS: Readonly<Record<string, number>> = { IT: 27, SM: 27 };
const EXPECTED = 'an IBAN with right check digits (27 characters for Italy)';

const edge = shapeOf<'IbanShape'>(/^[a-zA-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}$/, 'an IBAN: 2 letters, 2 digits, 1 to 30 letters and digits');
export const isIbanShape = edge.is;
export const parseIbanShape = edge.parse;

export function isIban(value: unknown): value is Iban {
  if (typeof value !== 'string' || !/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(value)) return false;
  const length = LENGTHS[value.slice(0, 2)];
  return (length === undefined || value.length === length) && remainderOf(value.slice(4) + value.slice(0, 4)) === 1;
}

/** Reads an IBAN as people write it, blanks and lower case included. */
export function parseIban(value: unknown): Parsed<Iban> {
  // Bounded before it is searched for blanks.
  const text = typeof value === 'string' && value.length <= 64 ? upperCase(value.replaceAll(' ', '')) : undefined;
  return isIban(text) ? accepted(text) : refused(EXPECTED);
}

/** The check digits of an IBAN: 98 less the remainder, by 97, of account, country and 00 read as one number (ISO 13616). */
export function ibanCheckDigitsOf(country: string, account: string): string {
  if (!/^[A-Z]{2}$/.test(country)) throw InputError.at('country', 'has no IBAN', '2 upper-case letters');
  if (!/^[A-Z0-9]{11,30}$/.test(account))
    throw InputError.at('account', 'does not fit into an IBAN', '11 to 30 upper-case letters and digits');
  return String(98 - remainderOf(`${account}${country}00`)).padStart(2, '0');
}

/** An Italian IBAN of bank (ABI), branch (CAB) and account number, CIN and check digits included. InputError naming the part that does not fit. */
export function makeItalianIban(parts: { abi: string; cab: string; account: string }): Iban {
  const { abi, cab, account } = parts;
  if (!/^\d{5}$/.test(abi)) throw InputError.at('abi', 'does not fit into an IBAN', '5 digits');
  if (!/^\d{5}$/.test(cab)) throw InputError.at('cab', 'does not fit into an IBAN', '5 digits');
  if (!/^[A-Z0-9]{1,12}$/.test(account))
    throw InputError.at('account', 'does not fit into an IBAN', '1 to 12 upper-case letters and digits');
  const coordinates = abi + cab + account.padStart(12, '0');
  const domestic = checkLetter(coordinates) + coordinates;
  const iban = `IT${ibanCheckDigitsOf('IT', domestic)}${domestic}`;
  invariant(isIban(iban), 'an IBAN was made with right check digits');
  return iban;
}

const [FIRST_DIGIT, FIRST_LETTER] = ['0'.charCodeAt(0), 'A'.charCodeAt(0)];

/** The remainder by 97 of a text of digits and capital letters read as a number, letters as 10 to 35. Every account that is loaded comes here. */
function remainderOf(text: string): number {
  let remainder = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const value = code >= FIRST_LETTER ? code - FIRST_LETTER + 10 : code - FIRST_DIGIT;
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
