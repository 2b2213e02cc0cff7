/** The text of the Data Matrix on the postal slip: fields of fixed length, 256 characters in all. */
import { invariant } from '@nodo-aperto/kernel/faults';

export const DATA_MATRIX_LENGTH = 256;
/** The largest amount that its field holds, in euro cents. */
export const LARGEST_POSTAL_AMOUNT = 9_999_999_999;

export interface DataMatrixFields {
  code: string;
  /** Number of the postal account. */
  account: string;
  /** Euro cents. */
  amount: number;
  creditorFiscalCode: string;
  debtorTaxCode?: string | undefined;
  debtorName: string;
  subject: string;
}

/**
 * The fields one after another. A text longer than its field is cut and an absent one is blank, so that no field ever moves another.
 * Source: Domain facts, Payments §1.3, Reporting and receipts §4.3.
 */
export function dataMatrixText(fields: DataMatrixFields): string {
  return [
    'codfase=NBPA;',
    `18${number(fields.code, 18)}`,
    `12${number(fields.account, 12)}`,
    `10${number(String(fields.amount), 10)}`,
    '3896',
    '1P1',
    number(fields.creditorFiscalCode, 11),
    text(fields.debtorTaxCode ?? '', 16),
    text(fields.debtorName, 40),
    text(fields.subject, 110),
    ' '.repeat(12),
    'A',
  ].join('');
}

/** Never cut: a number without its first digits would be another number. */
function number(digits: string, length: number): string {
  invariant(digits.length <= length && /^[0-9]+$/.test(digits), `a number of the Data Matrix has at most ${length} digits`);
  return digits.padStart(length, '0');
}

function text(value: string, length: number): string {
  return plain(value).slice(0, length).padEnd(length, ' ');
}

/** Printable ASCII, one character for one: readers of the symbol know no other. Accents are dropped, what has no letter becomes a question mark. */
function plain(value: string): string {
  return value
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\u2010-\u2015]/g, '-')
    .replaceAll(/\s/g, ' ')
    .replaceAll(/[^ -~]/gu, '?');
}
