import {
  amountNotZero,
  amountOption,
  anyAmount,
  fiscalCodePA,
  idTransfer,
  metadata,
  password,
  paymentToken,
  stampRequest,
  text140,
  text210,
  text35,
} from '../soap/common-types.ts';
import { base64, choice, integer, list, localDate, optional, pattern, required, sequence } from '../soap/index.ts';
import type { ValueOf } from '../soap/index.ts';

/** The namespace of all messages between PSPs and the node (nodeForPsp.xsd). */
export const NODE_FOR_PSP_NAMESPACE = 'http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd';
/** The prefix the official examples use for it. */
export const NODE_FOR_PSP_PREFIX = 'nfp';

/** The PSP, its broker and channel, and the channel's password: how every request says who asks. */
export const callerParts = [
  required('idPSP', text35),
  required('idBrokerPSP', text35),
  required('idChannel', text35),
  required('password', password),
] as const;

/** Fiscal code of the PSP, underscore, ten characters of its choice (Domain facts, Payments §1.4). */
export const idempotencyKey = pattern(
  /[a-zA-Z0-9]{2,18}_[a-zA-Z0-9]{10}/,
  '2 to 18 letters or digits, an underscore, 10 letters or digits',
);

/** Milliseconds a token shall live, at most 30 minutes. The schema sets no lower bound; a sensible one is the node's to judge. */
export const expirationTime = integer(Number.MIN_SAFE_INTEGER, 1_800_000);

/** PSP-side IBAN (Domain facts, Payments §1.4). */
const iban = pattern(/[a-zA-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}/, 'an IBAN: two letters, two digits, 1 to 30 letters or digits');

/** What a verification says of a notice (`ctPaymentOptionDescription`). */
export const paymentOptionDescription = sequence(
  required('amount', amountNotZero),
  required('options', amountOption),
  optional('dueDate', localDate),
  optional('paymentNote', text210),
);
export type PaymentOptionDescription = ValueOf<typeof paymentOptionDescription>;

/** Up to five by the schema; the node answers with one (Domain facts, Payments §2.2). */
export const paymentOptionList = list('paymentOptionDescription', paymentOptionDescription, { maximum: 5 });

/** One transfer of an activated payment (`ctTransferPSP`). */
export const transfer = sequence(
  required('idTransfer', idTransfer),
  required('transferAmount', anyAmount),
  required('fiscalCodePA', fiscalCodePA),
  required('IBAN', iban),
  required('remittanceInformation', text140),
  optional('metadata', metadata),
);
export type Transfer = ValueOf<typeof transfer>;

/** One transfer of a payment activated with V2: to an IBAN or for a revenue stamp (`ctTransferPSPV2`). */
export const transferV2 = sequence(
  required('idTransfer', idTransfer),
  required('transferAmount', anyAmount),
  required('fiscalCodePA', fiscalCodePA),
  optional('companyName', text140),
  choice([required('IBAN', iban), required('richiestaMarcaDaBollo', stampRequest)], { optional: true }),
  required('remittanceInformation', text140),
  optional('transferCategory', text140),
  optional('metadata', metadata),
);
export type TransferV2 = ValueOf<typeof transferV2>;

/** A revenue stamp that the PSP bought (`ctMarcaDaBollo`). */
export const stamp = sequence(
  required('paymentToken', paymentToken),
  required('idTransfer', idTransfer),
  required('MBDAttachment', base64()),
);
export type Stamp = ValueOf<typeof stamp>;
