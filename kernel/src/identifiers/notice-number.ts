import { accepted, InputError, invariant, refused } from '../faults/index.ts';
import type { Parsed } from '../faults/index.ts';
import { shapeOf } from './brand.ts';
import type { Identifier } from './brand.ts';

/** Numero Avviso (NAV): 18 digits, laid out by the first one, the aux digit (Domain facts, Payments §1.2). */
export type NoticeNumber = Identifier<'NoticeNumber'>;

/** Identificativo Univoco di Versamento (creditorReferenceId): 1 to 35 printable characters without blanks. */
export type Iuv = Identifier<'Iuv'>;

const noticeNumber = shapeOf<'NoticeNumber'>(/^\d{18}$/, 'a notice number of 18 digits');
export const isNoticeNumber = noticeNumber.is;
export const parseNoticeNumber = noticeNumber.parse;

const iuv = shapeOf<'Iuv'>(/^[\x21-\x7e]{1,35}$/, 'an IUV, 1 to 35 printable characters without blanks');
const isIuv = iuv.is;
export const parseIuv = iuv.parse;

/** Reserved for technical checks: creditors answer it with PAA_PAGAMENTO_SCONOSCIUTO (Domain facts, Payments §3.4). */
export const PROBE_NOTICE_NUMBER: NoticeNumber = made('0'.repeat(18));

/** A notice number taken apart. The codes and check digits are there for the forms that have them. */
export interface NoticeNumberParts {
  auxDigit: number;
  /** Aux 0: selects the creditor's archive and station. */
  applicationCode?: string;
  /** Aux 3: selects the creditor's generation point and station. */
  segregationCode?: string;
  iuv: Iuv;
  /** Aux 0, 2 and 3. */
  checkDigits?: string;
}

/** Takes a notice number apart. Of the aux digits 4 to 9, which the field does not use, only the IUV is told. */
export function noticeNumberParts(number: NoticeNumber): NoticeNumberParts {
  const auxDigit = Number(number.charAt(0));
  const code = number.slice(1, 3);
  const checkDigits = number.slice(16);
  const reference = (from: number): Iuv => {
    const text = number.slice(from);
    invariant(isIuv(text), 'digits are an IUV');
    return text;
  };
  if (auxDigit === 0) return { auxDigit, applicationCode: code, iuv: reference(3), checkDigits };
  if (auxDigit === 2) return { auxDigit, iuv: reference(1), checkDigits };
  if (auxDigit === 3) return { auxDigit, segregationCode: code, iuv: reference(1), checkDigits };
  return { auxDigit, iuv: reference(1) };
}

/** The two check digits of a notice number's first 16 digits: their value modulo 93 (Domain facts, Payments §1.2). InputError for another shape. */
export function noticeCheckDigitsOf(firstSixteen: string): string {
  if (!/^\d{16}$/.test(firstSixteen)) throw InputError.at('noticeNumber', 'has no check digits', '16 digits');
  let remainder = 0;
  for (const digit of firstSixteen) remainder = (remainder * 10 + Number(digit)) % 93;
  return String(remainder).padStart(2, '0');
}

/**
 * Whether the check digits are right. Numbers of aux digit 1 have none, so nothing in them can be wrong; aux digits 4 to 9 have no
 * right form. A question for whoever makes or types numbers: the node does not refuse a wrong one (Domain facts, Payments §1.2).
 */
export function hasValidCheckDigits(number: NoticeNumber): boolean {
  const auxDigit = Number(number.charAt(0));
  if (auxDigit === 1) return true;
  return auxDigit <= 3 && noticeCheckDigitsOf(number.slice(0, 16)) === number.slice(16);
}

/** What a notice number is made of. `base` is padded with zeroes on the left: 13 digits for aux 0 and 3, 15 for 2, 17 (the IUV) for 1. */
export type NoticeNumberInput =
  | { auxDigit: 0; applicationCode: string; base: string }
  | { auxDigit: 1; base: string }
  | { auxDigit: 2; base: string }
  | { auxDigit: 3; segregationCode: string; base: string };

/** Makes a notice number, check digits included. InputError naming the part that does not fit. */
export function makeNoticeNumber(input: NoticeNumberInput): NoticeNumber {
  switch (input.auxDigit) {
    case 0:
      return withCheckDigits(`0${checkedDigits('applicationCode', input.applicationCode, 2)}${paddedBase(input.base, 13)}`);
    case 1:
      return made(`1${paddedBase(input.base, 17)}`);
    case 2:
      return withCheckDigits(`2${paddedBase(input.base, 15)}`);
    case 3:
      return withCheckDigits(`3${checkedDigits('segregationCode', input.segregationCode, 2)}${paddedBase(input.base, 13)}`);
  }
}

/** The notice number of an IUV that came without one: "3" and the IUV, which must have 17 digits (Domain facts, Payments §1.2). */
export function noticeNumberFromIuv(iuvText: unknown): Parsed<NoticeNumber> {
  if (typeof iuvText !== 'string' || !/^\d{17}$/.test(iuvText)) return refused('an IUV of 17 digits');
  return accepted(made(`3${iuvText}`));
}

/** In groups of four, as printed on notices: `3471 2345 6789 0123 89` (Domain facts, Payments §1.3). */
export function groupedNoticeNumber(number: NoticeNumber): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
}

function checkedDigits(path: string, text: string, length: number): string {
  if (text.length === length && /^\d+$/.test(text)) return text;
  throw InputError.at(path, 'does not fit into a notice number', `${length} digits`);
}

function paddedBase(base: string, length: number): string {
  if (base.length <= length && /^\d+$/.test(base)) return base.padStart(length, '0');
  throw InputError.at('base', 'does not fit into a notice number', `1 to ${length} digits`);
}

function withCheckDigits(firstSixteen: string): NoticeNumber {
  return made(firstSixteen + noticeCheckDigitsOf(firstSixteen));
}

function made(text: string): NoticeNumber {
  invariant(isNoticeNumber(text), 'a notice number was made with 18 digits');
  return text;
}
