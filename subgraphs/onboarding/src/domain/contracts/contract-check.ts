/**
 * Rule: a signed contract is looked at in this order, and the first thing that is wrong is said: it can be read; it is signed; the contract is
 * inside; every signature is CAdES (002-1003); every signature holds, by an authority that is trusted (002-1002); what is inside is the
 * contract that was drawn up (002-1001); every signer's certificate carries a tax code (002-1006); every manager of the request has signed
 * (002-1004). Source: domain facts, Onboarding section 5.3; the codes of the first three are not in the source and are ours.
 */
import { createHash } from 'node:crypto';
import { type Certificate, readSignedDocument } from '@nodo-aperto/kernel/signatures';

export const CONTRACT_ERRORS = {
  '002-1000': 'The file cannot be read as a signed document, or is not signed.',
  '002-1001': 'What was signed is not the contract of this request.',
  '002-1002': 'A signature does not hold, or no authority that is trusted stands behind it.',
  '002-1003': 'The signature is not in the form CAdES.',
  '002-1004': 'A manager of the request has not signed.',
  '002-1006': 'The certificate of a signer carries no tax code.',
  '002-1008': 'The signed document does not contain the contract.',
} as const;
export type ContractErrorCode = keyof typeof CONTRACT_ERRORS;

export interface ContractExpectation {
  /** SHA-256 of the contract that was drawn up, hexadecimal. */
  readonly digest: string;
  /** Tax codes of those who must have signed. */
  readonly managers: readonly string[];
  readonly anchors: readonly Certificate[];
  /** The instant at which certificates must be valid, epoch milliseconds. */
  readonly at: number;
}

export type ContractCheck =
  | { readonly ok: true; readonly signers: readonly string[] }
  | { readonly ok: false; readonly code: ContractErrorCode; readonly expected: string };

export async function checkSignedContract(bytes: Uint8Array, expectation: ContractExpectation): Promise<ContractCheck> {
  const { digest, managers, anchors, at } = expectation;
  const document = readSignedDocument(bytes);
  if (!document) {
    return isSignedPdf(bytes)
      ? refused('002-1003', 'a CAdES envelope (.p7m) around the contract, not a signature inside the PDF')
      : refused('002-1000', 'a signed document in CMS form (.p7m)');
  }
  const { content, signatures } = document;
  if (signatures.length === 0) return refused('002-1000', 'at least one signature');
  if (content === undefined) return refused('002-1008', 'an envelope with the contract inside');
  if (!signatures.every((signature) => signature.cades))
    return refused('002-1003', 'signatures that name their certificate (CAdES-BES or more)');
  for (const signature of signatures)
    if (!(await signature.holds(anchors, at))) return refused('002-1002', 'signatures of qualified certificates that are valid now');
  if (createHash('sha256').update(content).digest('hex') !== digest)
    return refused('002-1001', `the contract with the SHA-256 digest ${digest}`);
  const signers = signatures.flatMap(({ taxCode }) => taxCode ?? []);
  if (signers.length < signatures.length) return refused('002-1006', 'certificates with the tax code of the person (TINIT-…)');
  const missing = managers.filter((manager) => !signers.includes(manager));
  if (missing.length > 0) return refused('002-1004', `signatures of all managers; ${missing.length} of ${managers.length} missing`);
  return { ok: true, signers: [...new Set(signers)] };
}

function refused(code: ContractErrorCode, expected: string): ContractCheck {
  return { ok: false, code, expected };
}

/** A PDF with a signature of its own (PAdES). */
function isSignedPdf(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes);
  return text.subarray(0, 5).toString('latin1') === '%PDF-' && text.includes('/ByteRange');
}
