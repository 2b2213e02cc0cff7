/**
 * What version 1 of an activation cannot carry: a transfer that buys a revenue stamp has no IBAN, and version 1 has no other place for it.
 * Such a notice is activated with version 2. Source: Domain facts, Payments §1.4 (marca da bollo: V2) and §2.2; the fault is our reading.
 */
import { Fault } from '@nodo-aperto/kernel/faults';

/** @returns PPT_SEMANTICA when the answer does not fit into the version that was asked for */
export function versionTooOld(version: 1 | 2, transfers: readonly { readonly iban?: string | undefined }[]): Fault | undefined {
  if (version === 2 || transfers.every(({ iban }) => iban !== undefined)) return undefined;
  return new Fault('PPT_SEMANTICA', { description: 'The payment buys a revenue stamp: activate it with activatePaymentNoticeV2.' });
}
