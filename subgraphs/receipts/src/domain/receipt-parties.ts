/**
 * Whose receipt it is. Keys are those under which tenants list receipts: the creditors that the payment pays (with or without a station
 * that gets it), the brokers of the stations that get it, the PSP, and the persons who owed and paid.
 * Source: design, section 4 (a caller sees its own tenant's data only); Receipts §3.2 and §3.3.
 */
import { audience } from '@nodo-aperto/schema/events';
import type { ReceiptContent } from './receipt.ts';
import { beneficiariesOf } from './recipients.ts';

/** @param brokerCodes the brokers of the recipients' stations */
export function partiesOf(receipt: ReceiptContent, brokerCodes: readonly string[]): string[] {
  const persons = [receipt.debtor, ...(receipt.payer ? [receipt.payer] : [])];
  const keys = [
    ...creditorsOf(receipt).map(audience.creditor),
    ...[receipt.creditorBrokerCode, ...brokerCodes].map(audience.broker),
    audience.psp(receipt.pspCode),
    ...persons.map(({ fiscalCode }) => citizenKey(fiscalCode)),
  ];
  return [...new Set(keys)];
}

/** The creditors that a receipt concerns, that of the notice first. */
export function creditorsOf(receipt: ReceiptContent): string[] {
  return [receipt.creditorFiscalCode, ...beneficiariesOf(receipt)];
}

/** Tax codes are compared without regard to case: PSPs write them as they like. */
export function citizenKey(fiscalCode: string): string {
  return audience.citizen(fiscalCode.toUpperCase());
}
