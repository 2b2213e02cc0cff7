/**
 * The printed copies of a receipt and who may have which: the payer's copy who paid; the debtor's copy who owed it, and who paid may have it as
 * well, since it says less; the attestation (the minimum content of a creditor's paper copy) the creditors, their partners and operators.
 * Source: Receipts §3.4 (two documents) and §3.2 (minimum content of the paper copy).
 */
import type { ReceiptView } from './visibility.ts';

export const DOCUMENT_COPIES = ['PAYER', 'DEBTOR', 'ATTESTATION'] as const;
export type DocumentCopy = (typeof DOCUMENT_COPIES)[number];

const COPIES: Readonly<Record<ReceiptView, readonly DocumentCopy[]>> = {
  FULL: ['ATTESTATION'],
  PSP: [],
  PAYER: ['PAYER', 'DEBTOR'],
  DEBTOR: ['DEBTOR'],
};

export function mayHave(view: ReceiptView, copy: DocumentCopy): boolean {
  return COPIES[view].includes(copy);
}
