import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { isCreditorFiscalCode, isPersonFiscalCode } from '@nodo-aperto/kernel/identifiers';

/** Who has no fiscal code, or need not be named. */
const NOBODY = 'ANONIMO';

/**
 * What is odd about a debtor's code, without being refused: a person's is 16 letters and digits (or 11 digits while it is provisional),
 * an organization's 11 digits (or that of a person who trades under their own). The interface itself takes anything of 2 characters or more, since
 * foreign debtors have codes of other shapes; but who types one of these wrong is never found by pull payments.
 * Source: Domain facts, Payments §4.2, §6.
 */
export function debtorCodeWarnings(fiscalCode: string, path: string): InputIssue[] {
  if (fiscalCode === NOBODY || isPersonFiscalCode(fiscalCode) || isCreditorFiscalCode(fiscalCode)) return [];
  return [
    { path, message: 'has not the shape of a fiscal code', expected: `16 letters and digits, 11 digits, or ${NOBODY} for who has none` },
  ];
}
