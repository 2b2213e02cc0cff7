/** Codes of invented persons and organizations: well formed, with the right check characters, and nobody's. */
import { checkCharacterOf, controlDigitOf } from '@nodo-aperto/kernel/identifiers';
import type { RandomStream } from '@nodo-aperto/kernel/random';

/** No tax office has this number: no real organization has a code with it (digits 8 to 10 name the office that gave the code). */
const NO_OFFICE = '199';
/** No municipality or country has this code: no real person has a tax code with it. */
const NO_PLACE = 'Z999';
const MONTHS = 'ABCDEHLMPRST';
const VOWELS = /[AEIOU]/;

/** A fiscal code of 11 digits with the right control digit. */
export function organizationCode(random: RandomStream): string {
  const firstTen = random.digits(7) + NO_OFFICE;
  return firstTen + controlDigitOf(firstTen);
}

/** Who a person is, as far as the tax code tells. */
export interface Birth {
  readonly givenName: string;
  readonly familyName: string;
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly female: boolean;
}

/** The tax code of a person, 16 characters. Source: decree of 23 December 1976. */
export function personCode(birth: Birth): string {
  const family = consonantsFirst(birth.familyName).slice(0, 3);
  const year = String(birth.year % 100).padStart(2, '0');
  // Forty more for women.
  const day = String(birth.day + (birth.female ? 40 : 0)).padStart(2, '0');
  const firstFifteen = `${family}${givenPart(birth.givenName)}${year}${MONTHS[birth.month - 1] ?? ''}${day}${NO_PLACE}`;
  return firstFifteen + checkCharacterOf(firstFifteen);
}

/** Of four and more consonants of a given name, the second is left out. */
function givenPart(name: string): string {
  const consonants = lettersOf(name).filter((letter) => !VOWELS.test(letter));
  if (consonants.length >= 4) return `${consonants[0]}${consonants[2]}${consonants[3]}`;
  return consonantsFirst(name).slice(0, 3);
}

function consonantsFirst(name: string): string {
  const letters = lettersOf(name);
  return [...letters.filter((letter) => !VOWELS.test(letter)), ...letters.filter((letter) => VOWELS.test(letter)), 'X', 'X'].join('');
}

function lettersOf(name: string): string[] {
  const plain = name
    .normalize('NFD')
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '');
  return plain.split('');
}
