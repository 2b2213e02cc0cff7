import type { InputIssue } from '@nodo-aperto/kernel/faults';
import { isIban } from '@nodo-aperto/kernel/identifiers';

/**
 * What is odd about an account, without being refused: an IBAN with wrong check digits. The interfaces take accounts by their shape, but no PSP
 * can credit such a one. Source: Domain facts, Payments §1.4, §4.2.
 */
export function accountWarnings(iban: string | undefined, path: string): InputIssue[] {
  if (iban === undefined || isIban(iban)) return [];
  return [
    { path, message: 'is no IBAN of the field: its length or its check digits are wrong', expected: 'an IBAN with right check digits' },
  ];
}
