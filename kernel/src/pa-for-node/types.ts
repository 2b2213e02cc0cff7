import { amountNotZero, amountOption, fiscalCodePA, idTransfer, metadata, stampRequest, text140, text35 } from '../soap/common-types.ts';
import { base64, boolean, choice, list, localDate, optional, required, sequence } from '../soap/index.ts';
import type { ValueOf } from '../soap/index.ts';

/** The namespace of all messages between the node and creditors' stations (paForNode.xsd). */
export const PA_FOR_NODE_NAMESPACE = 'http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd';
/** The prefix the official examples use for it. */
export const PA_FOR_NODE_PREFIX = 'pafn';

/** The creditor, its broker and its station: how every request is addressed. */
export const addressParts = [required('idPA', text35), required('idBrokerPA', text35), required('idStation', text35)] as const;

/** Creditor-side IBAN: 1 to 35 characters, whatever they are (Domain facts, Payments §1.4). */
const iban = text35;

/** What a verification says of a notice (`ctPaymentOptionDescriptionPA`). */
export const paymentOptionDescription = sequence(
  required('amount', amountNotZero),
  required('options', amountOption),
  optional('dueDate', localDate),
  optional('detailDescription', text140),
  required('allCCP', boolean),
);
export type PaymentOptionDescription = ValueOf<typeof paymentOptionDescription>;

/** The list of them, which holds exactly one (Domain facts, Payments §2.2). */
export const paymentOptionList = list('paymentOptionDescription', paymentOptionDescription, { maximum: 1 });

/** One transfer of a payment (`ctTransferPA`). */
export const transfer = sequence(
  required('idTransfer', idTransfer),
  required('transferAmount', amountNotZero),
  required('fiscalCodePA', fiscalCodePA),
  required('IBAN', iban),
  required('remittanceInformation', text140),
  required('transferCategory', text140),
  optional('metadata', metadata),
);
export type Transfer = ValueOf<typeof transfer>;

/** One transfer of a V2 payment: to an IBAN, or a request for a revenue stamp (`ctTransferPAV2`). */
export const transferV2 = sequence(
  required('idTransfer', idTransfer),
  required('transferAmount', amountNotZero),
  required('fiscalCodePA', fiscalCodePA),
  optional('companyName', text140),
  choice([required('IBAN', iban), required('richiestaMarcaDaBollo', stampRequest)]),
  required('remittanceInformation', text140),
  required('transferCategory', text140),
  optional('metadata', metadata),
);
export type TransferV2 = ValueOf<typeof transferV2>;

/** One transfer of a V2 receipt: to an IBAN, or the revenue stamp bought (`ctTransferPAReceiptV2`). */
export const transferReceiptV2 = sequence(
  required('idTransfer', idTransfer),
  required('transferAmount', amountNotZero),
  required('fiscalCodePA', fiscalCodePA),
  optional('companyName', text140),
  choice([required('IBAN', iban), required('MBDAttachment', base64())]),
  required('remittanceInformation', text140),
  required('transferCategory', text140),
  optional('metadata', metadata),
);
export type TransferReceiptV2 = ValueOf<typeof transferReceiptV2>;
