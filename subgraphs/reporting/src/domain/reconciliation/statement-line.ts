import { isIban } from '@nodo-aperto/kernel/identifiers';
import { fromDecimal } from '@nodo-aperto/kernel/money';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import { type Causale, readCausale } from './causale.ts';

/** What a statement says of one credit, as it is written. */
export interface StatementLine {
  /** The bank's reference: the same whenever the credit is exported again. */
  reference?: string;
  /** The creditor's account (AT-20). */
  iban?: string;
  valueDate?: string;
  /** Euros with a point or a comma and up to two decimals. */
  amount?: string;
  currency?: string;
  /** AT-05. */
  causale?: string;
  /** AT-02: who paid. */
  payer?: string;
}

/** A credit that can be kept. */
export interface CreditLine {
  reference: string;
  iban: string;
  valueDate: string;
  /** Euro cents. */
  amount: number;
  text: string;
  payer?: string;
  causale: Exclude<Causale, { kind: 'OTHER' }>;
}

export interface LineError {
  field: keyof StatementLine;
  message: string;
}

const LONGEST_REFERENCE = 70;
/** Four lines of 140 characters, as banks write them. */
const LONGEST_CAUSALE = 560;
const LONGEST_PAYER = 140;

/**
 * Reads a line of a statement. A credit that is not about the platform's payments is left out, whatever else it says: statements have many.
 * Source: Domain facts, Reporting §1.7 (AT-02, AT-04, AT-05, AT-20) and §9 (one bad line never stops an import).
 * @returns the credit; undefined when it is left out; what is wrong with it
 */
export function readLine(line: StatementLine): CreditLine | { errors: LineError[] } | undefined {
  const written = line.causale ?? '';
  if (written.length > LONGEST_CAUSALE) return { errors: [{ field: 'causale', message: `has more than ${LONGEST_CAUSALE} characters` }] };
  const causale = readCausale(written);
  if (causale.kind === 'OTHER') return undefined;
  const [reference, iban] = [(line.reference ?? '').trim(), (line.iban ?? '').replaceAll(' ', '').toUpperCase()];
  const valueDate = line.valueDate ?? '';
  const amount = centsOf(line.amount ?? '');
  const payer = shown(line.payer ?? '').slice(0, LONGEST_PAYER);
  const errors: LineError[] = [];
  if (!isText(reference)) errors.push({ field: 'reference', message: `is missing or has more than ${LONGEST_REFERENCE} characters` });
  if (!isIban(iban)) errors.push({ field: 'iban', message: 'is no IBAN with right check digits' });
  if (!isLocalDate(valueDate)) errors.push({ field: 'valueDate', message: 'is no day such as 2026-03-03' });
  if (amount === undefined) errors.push({ field: 'amount', message: 'is no amount such as 12.34, from 0.01 to 999999999.99' });
  if ((line.currency ?? 'EUR') !== 'EUR') errors.push({ field: 'currency', message: 'is not EUR' });
  if (errors.length > 0 || amount === undefined) return { errors };
  return { reference, iban, valueDate, amount, text: shown(written), causale, ...(payer && { payer }) };
}

// Control characters can be neither stored nor shown.
const shown = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();
const isText = (reference: string): boolean => /^[\x20-\x7e]+$/.test(reference) && reference.length <= LONGEST_REFERENCE;

function centsOf(text: string): number | undefined {
  const [, whole = '', decimals = ''] = /^0*(\d{1,9})(?:[.,](\d{1,5}))?$/.exec(text) ?? [];
  // ISO 20022 allows five decimals; the third to the fifth have to be zeros.
  const cents = fromDecimal(`${whole}.${decimals.replace(/^(\d{2})0+$/, '$1').padEnd(2, '0')}`);
  return cents.ok && cents.value > 0 ? cents.value : undefined;
}
