/**
 * Who sees what of a receipt.
 * - Operators, the creditors that the payment pays, and the brokers of the stations that get it see the receipt as paSendRT carries it;
 *   brokers unless the creditor withholds it from them.
 * - The PSP sees its own payment, not who owed it.
 * - Who paid sees everything about the payment; who only owed it sees neither the payer nor how it was paid. Neither sees how the
 *   receipt travels between the node and the creditors.
 * - Why a delivery fails is the business of its recipient; the other parties see only how far it has come.
 * For anybody else there is no such receipt.
 * Source: Receipts §3.3 (debtor's view) and §3.2; design, section 4.
 */
import { type Principal, withheldCreditors } from '@nodo-aperto/kernel/auth';
import type { ReceiptContent } from './receipt.ts';
import { citizenKey, creditorsOf } from './receipt-parties.ts';

/** As what the caller sees a receipt. */
export type ReceiptView = 'FULL' | 'PSP' | 'PAYER' | 'DEBTOR';

export interface VisibleReceipt {
  readonly content: ReceiptContent;
  readonly recipients: readonly { readonly creditorFiscalCode: string; readonly brokerCode: string }[];
}

/** @returns undefined when there is nothing for the caller to see */
export function viewOf(principal: Principal | undefined, { content, recipients }: VisibleReceipt): ReceiptView | undefined {
  switch (principal?.role) {
    case 'OPERATOR':
      return 'FULL';
    case 'EC':
      return principal.tenant !== undefined && creditorsOf(content).includes(principal.tenant) ? 'FULL' : undefined;
    case 'PARTNER': {
      const { tenant } = principal;
      const primary = { creditorFiscalCode: content.creditorFiscalCode, brokerCode: content.creditorBrokerCode };
      const served = [primary, ...recipients].some((each) => tenant !== undefined && each.brokerCode === tenant && maySee(principal, each));
      return served ? 'FULL' : undefined;
    }
    case 'PSP':
      return principal.tenant === content.pspCode ? 'PSP' : undefined;
    case 'CITIZEN':
      return citizenView(principal.fiscalCode, content);
    default:
      return undefined;
  }
}

/** A partner sees what its creditors let it see. */
function maySee(principal: Principal, { creditorFiscalCode }: { readonly creditorFiscalCode: string }): boolean {
  return !withheldCreditors(principal, 'RECEIPTS_READ').includes(creditorFiscalCode);
}

function citizenView(fiscalCode: string | undefined, { payer, debtor }: ReceiptContent): ReceiptView | undefined {
  if (fiscalCode === undefined) return undefined;
  const isCaller = (person: { fiscalCode: string } | undefined): boolean =>
    person !== undefined && citizenKey(person.fiscalCode) === citizenKey(fiscalCode);
  if (isCaller(payer)) return 'PAYER';
  return isCaller(debtor) ? 'DEBTOR' : undefined;
}

/** Whether the view has who paid, and how. */
export function showsPayer(view: ReceiptView): boolean {
  return view !== 'DEBTOR';
}

/** Whether the view has who owed it. */
export function showsDebtor(view: ReceiptView): boolean {
  return view !== 'PSP';
}

/** Whether the view has the recipients and how far the delivery to each has come. */
export function showsRecipients(view: ReceiptView): boolean {
  return view === 'FULL' || view === 'PSP';
}

/** Whether the caller is told why the delivery to a recipient fails, and its whole history. */
export function showsEvidence(
  principal: Principal | undefined,
  recipient: { readonly creditorFiscalCode: string; readonly brokerCode: string },
): boolean {
  if (principal?.role === 'OPERATOR') return true;
  if (principal?.role === 'EC') return principal.tenant === recipient.creditorFiscalCode;
  return principal?.role === 'PARTNER' && principal.tenant === recipient.brokerCode && maySee(principal, recipient);
}
