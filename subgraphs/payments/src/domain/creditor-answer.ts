/**
 * Whether a creditor's answer can be used. Its KO is passed on as PPT_ERRORE_EMESSO_DA_PAA; an OK is checked: there is something to
 * pay, the transfers add up to the amount, whoever receives one is a known and enabled creditor, and every IBAN is one registered for
 * it. A wrong answer is PPT_STAZIONE_INT_PA_ERRORE_RESPONSE, an unregistered IBAN PPT_IBAN_NON_CENSITO; neither is ever Stand-In.
 * The amount may differ from that of the request: creditors actualise. Source: Domain facts, Payments §2.2 (checks of the node), §2.3.
 */
import { Fault, faultOfCreditor } from '@nodo-aperto/kernel/faults';
import { isIbanShape } from '@nodo-aperto/kernel/identifiers';
import type { PaGetPaymentV2Data, PaVerifyPaymentNoticeResponse } from '@nodo-aperto/kernel/pa-for-node';
import { shortened } from './text.ts';

/** What every answer of a creditor begins with. */
interface CreditorAnswer {
  readonly outcome: 'OK' | 'KO';
  readonly fault?: { readonly faultCode: string; readonly faultString: string; readonly description?: string | undefined } | undefined;
}

/** What the directory knows of whoever receives a transfer. */
export interface Beneficiary {
  readonly enabled: boolean;
  /** Its registered IBANs, upper case. */
  readonly ibans: ReadonlySet<string>;
}

/** The data of a payment, whichever version of the primitive brought them. */
export type PaymentData = Omit<PaGetPaymentV2Data, 'companyName'> & { readonly companyName?: string | undefined };
export type VerifiedOption = NonNullable<PaVerifyPaymentNoticeResponse['paymentList']>[number];

/** The schema sets no bound to what a fault says; it is kept and passed on, so it gets one here. */
const LONGEST_FAULT_TEXT = 1_000;

/** @returns the creditor's refusal as the PSP gets it; undefined when it answered OK */
export function refusalOf(answer: CreditorAnswer, creditorFiscalCode: string): Fault | undefined {
  if (answer.outcome === 'OK') return undefined;
  if (!answer.fault) return wrong('outcome KO without a fault');
  const { faultCode, faultString, description } = answer.fault;
  return faultOfCreditor(creditorFiscalCode, {
    code: shortened(faultCode, LONGEST_FAULT_TEXT),
    string: shortened(faultString, LONGEST_FAULT_TEXT),
    ...(description !== undefined && { description: shortened(description, LONGEST_FAULT_TEXT) }),
  });
}

/** The one payable amount of a verification that answered OK, or what is wrong with it. */
export function verifiedOption(answer: Pick<PaVerifyPaymentNoticeResponse, 'paymentList'>): { option: VerifiedOption } | { fault: Fault } {
  const option = answer.paymentList?.[0];
  return option ? { option } : { fault: wrong('paymentList: outcome OK without what is to be paid') };
}

/**
 * @param data absent when the creditor answered OK with nothing in it
 * @param beneficiaries by fiscal code; those that are not known are absent
 */
export function checkPaymentData(
  data: PaymentData | undefined,
  beneficiaries: ReadonlyMap<string, Beneficiary>,
): { data: PaymentData } | { fault: Fault } {
  if (!data) return { fault: wrong('data: outcome OK without what is to be paid') };
  const fault = checkTransfers(data) ?? checkBeneficiaries(data, beneficiaries) ?? checkIbans(data, beneficiaries);
  return fault ? { fault } : { data };
}

/** The fiscal codes of all who receive a transfer. */
export function beneficiariesOf(data: PaymentData): readonly string[] {
  return [...new Set(data.transferList.map((transfer) => transfer.fiscalCodePA))];
}

function checkTransfers({ transferList, paymentAmount }: PaymentData): Fault | undefined {
  if (transferList.length < 1 || transferList.length > 5) return wrong('transferList: expected 1 to 5 transfers');
  if (new Set(transferList.map((transfer) => transfer.idTransfer)).size < transferList.length)
    return wrong('transferList: idTransfer repeats');
  const sum = transferList.reduce((total, transfer) => total + transfer.transferAmount, 0);
  return sum === paymentAmount ? undefined : wrong('transferList: the transfers do not add up to paymentAmount');
}

function checkBeneficiaries({ transferList }: PaymentData, beneficiaries: ReadonlyMap<string, Beneficiary>): Fault | undefined {
  for (const { fiscalCodePA, idTransfer } of transferList) {
    const beneficiary = beneficiaries.get(fiscalCodePA);
    if (!beneficiary) return wrong(`transfer ${idTransfer}: the creditor ${fiscalCodePA} is not known`);
    if (!beneficiary.enabled) return wrong(`transfer ${idTransfer}: the creditor ${fiscalCodePA} is disabled`);
  }
  return undefined;
}

function checkIbans({ transferList }: PaymentData, beneficiaries: ReadonlyMap<string, Beneficiary>): Fault | undefined {
  const malformed = transferList.find(({ IBAN }) => IBAN !== undefined && !isIbanShape(IBAN));
  if (malformed) return wrong(`transfer ${malformed.idTransfer}: the IBAN is not well-formed`);
  const unregistered = transferList.find(
    ({ IBAN, fiscalCodePA }) => IBAN !== undefined && !beneficiaries.get(fiscalCodePA)?.ibans.has(IBAN.toUpperCase()),
  );
  if (!unregistered) return undefined;
  return new Fault('PPT_IBAN_NON_CENSITO', {
    description: `transfer ${unregistered.idTransfer}: the IBAN is not registered for the creditor ${unregistered.fiscalCodePA}`,
  });
}

function wrong(description: string): Fault {
  return new Fault('PPT_STAZIONE_INT_PA_ERRORE_RESPONSE', { description });
}
