import { InputError } from '../faults/index.ts';
import { shapeOf, upperCase } from './brand.ts';
import type { Identifier } from './brand.ts';
import { checkLetter } from './check-letter.ts';

/** The fiscal code of a creditor ("dominio") or other legal person: 11 digits (Domain facts, Payments §1.1). */
export type CreditorFiscalCode = Identifier<'CreditorFiscalCode'>;

/** The fiscal code of a person: 16 letters and digits, upper case. */
export type PersonFiscalCode = Identifier<'PersonFiscalCode'>;

/**
 * Whom a debtor or payer is known by (entityUniqueIdentifierValue): 2 to 16 printable characters without
 * blanks, upper case (foreign codes have signs in them); ANONIMO for nobody in particular.
 */
export type EntityIdentifier = Identifier<'EntityIdentifier'>;

/** F a natural, G a legal person. */
export type EntityType = 'F' | 'G';

const creditor = shapeOf<'CreditorFiscalCode'>(/^\d{11}$/, 'a fiscal code of 11 digits');
const person = shapeOf<'PersonFiscalCode'>(/^[A-Z0-9]{16}$/, 'a fiscal code of 16 letters and digits', upperCase);
const entity = shapeOf<'EntityIdentifier'>(/^[!-`{-~]{2,16}$/, 'an identifier of 2 to 16 printable characters without blanks', upperCase);

export const isCreditorFiscalCode = creditor.is;
/** By shape: 11 digits. The control digit is another question (`hasValidControlDigit`). */
export const parseCreditorFiscalCode = creditor.parse;

export const isPersonFiscalCode = person.is;
/** By shape: 16 letters and digits, in either case. The check character is another question (`hasValidCheckCharacter`). */
export const parsePersonFiscalCode = person.parse;

export const isEntityIdentifier = entity.is;
/** By shape: 2 to 16 printable characters without blanks, letters in either case. */
export const parseEntityIdentifier = entity.parse;

/** The kind of subject a fiscal code belongs to: 11 digits are a legal person, everything else a natural one. */
export function entityTypeOf(identifier: EntityIdentifier): EntityType {
  return isCreditorFiscalCode(identifier) ? 'G' : 'F';
}

/** The last character of a person's fiscal code, computed from the 15 before it (in either case). InputError for another shape. */
export function checkCharacterOf(firstFifteen: string): string {
  const text = upperCase(firstFifteen);
  if (!/^[A-Z0-9]{15}$/.test(text)) throw InputError.at('fiscalCode', 'has no check character', '15 letters and digits');
  return checkLetter(text);
}

/** Whether the last character of a person's fiscal code is the one its first 15 ask for. */
export function hasValidCheckCharacter(fiscalCode: PersonFiscalCode): boolean {
  return checkCharacterOf(fiscalCode.slice(0, 15)) === fiscalCode.charAt(15);
}

/**
 * The last digit of a partita IVA (and of a legal person's fiscal code), from the 10 before it: digits in even places are doubled,
 * their digits added up with the others, and the control digit makes the sum a multiple of 10. InputError for another shape.
 */
export function controlDigitOf(firstTen: string): string {
  if (!/^\d{10}$/.test(firstTen)) throw InputError.at('fiscalCode', 'has no control digit', '10 digits');
  let sum = 0;
  for (let index = 0; index < firstTen.length; index++) {
    const digit = Number(firstTen.charAt(index));
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit of an 11-digit fiscal code is the one its first 10 ask for. */
export function hasValidControlDigit(fiscalCode: CreditorFiscalCode): boolean {
  return controlDigitOf(fiscalCode.slice(0, 10)) === fiscalCode.charAt(10);
}
