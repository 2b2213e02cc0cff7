/**
 * What a payment was for, in words that a citizen can read: the description, unless it is one of those that banks put in for lack of a better
 * one; then the text of the largest transfer. What banks need before the text (`/RFB/<reference>/<amount>/TXT/`) is left out.
 * Source: Receipts §3.1 (subject).
 */

export interface SubjectSource {
  readonly description: string;
  readonly creditorName: string;
  readonly transfers: readonly { readonly amount: number; readonly remittanceInformation: string }[];
}

const GENERIC: readonly string[] = ['pagamento multibeneficiario', 'pagamento bpay'];
const STRUCTURED = /^\/(?:RFB|RFS)\//i;
const TEXT_MARK = '/TXT/';

/** The subject; never empty. */
export function subjectText({ description, creditorName, transfers }: SubjectSource): string {
  const largestFirst = transfers.toSorted((left, right) => right.amount - left.amount);
  const texts = [description, ...largestFirst.map((transfer) => transfer.remittanceInformation)];
  return texts.map(readable).find((text) => text !== '' && !GENERIC.includes(text.toLowerCase())) ?? `Pagamento a ${creditorName}`;
}

/** The readable part of a text; empty when it is nothing but references. */
function readable(text: string): string {
  const mark = text.toUpperCase().lastIndexOf(TEXT_MARK);
  if (mark >= 0) return text.slice(mark + TEXT_MARK.length).trim();
  return STRUCTURED.test(text.trim()) ? '' : text.trim();
}
