import {
  anyAmount,
  emptyResponse,
  fiscalCodePA,
  metadata,
  noticeNumber,
  outcome,
  subject,
  text140,
  text20,
  text210,
  text35,
  text70,
} from '../soap/common-types.ts';
import type { EmptyResponse } from '../soap/common-types.ts';
import { anyText, boolean, instant, list, localDate, message, optional, required, sequence } from '../soap/index.ts';
import type { Operation, ValueOf } from '../soap/index.ts';
import { addressParts, PA_FOR_NODE_NAMESPACE as namespace, PA_FOR_NODE_PREFIX as prefix, transfer, transferReceiptV2 } from './types.ts';

const beforeTransfers = [
  required('receiptId', anyText),
  required('noticeNumber', noticeNumber),
  required('fiscalCode', fiscalCodePA),
  required('outcome', outcome),
  required('creditorReferenceId', text35),
  required('paymentAmount', anyAmount),
  required('description', text140),
  required('companyName', text140),
  optional('officeName', text140),
  required('debtor', subject),
] as const;

const afterTransfers = [
  required('idPSP', text35),
  optional('pspFiscalCode', text70),
  optional('pspPartitaIVA', text20),
  required('PSPCompanyName', text70),
  required('idChannel', text35),
  required('channelDescription', text35),
  optional('payer', subject),
  optional('paymentMethod', text35),
] as const;

const times = [
  optional('paymentDateTime', instant),
  optional('applicationDate', localDate),
  optional('transferDate', localDate),
  optional('metadata', metadata),
  optional('standIn', boolean),
] as const;

const receipt = sequence(
  ...beforeTransfers,
  required('transferList', list('transfer', transfer, { maximum: 5 })),
  ...afterTransfers,
  optional('fee', anyAmount),
  ...times,
);

const receiptV2 = sequence(
  ...beforeTransfers,
  required('transferList', list('transfer', transferReceiptV2, { maximum: 5 })),
  ...afterTransfers,
  optional('paymentNote', text210),
  optional('fee', anyAmount),
  optional('primaryCiIncurredFee', anyAmount),
  optional('idBundle', text70),
  optional('idCiBundle', text70),
  ...times,
);

const request = sequence(...addressParts, required('receipt', receipt));
const requestV2 = sequence(...addressParts, required('receipt', receiptV2));

export type Receipt = ValueOf<typeof receipt>;
export type ReceiptV2 = ValueOf<typeof receiptV2>;
export type PaSendRTRequest = ValueOf<typeof request>;
export type PaSendRTV2Request = ValueOf<typeof requestV2>;
export type PaSendRTResponse = EmptyResponse;
export type PaSendRTV2Response = EmptyResponse;

/** Delivers the receipt of a booked payment to a station of a creditor (Domain facts, Payments §2.2 and §3.9). */
export const paSendRT: Operation<PaSendRTRequest, PaSendRTResponse> = {
  name: 'paSendRT',
  request: message({ namespace, prefix, element: 'paSendRTReq', type: request }),
  response: message({ namespace, prefix, element: 'paSendRTRes', type: emptyResponse }),
};

/** {@link paSendRT} for stations of primitive version 2: note, fees, bundles, revenue stamps. */
export const paSendRTV2: Operation<PaSendRTV2Request, PaSendRTV2Response> = {
  name: 'paSendRTV2',
  request: message({ namespace, prefix, element: 'paSendRTV2Request', type: requestV2 }),
  response: message({ namespace, prefix, element: 'paSendRTV2Response', type: emptyResponse }),
};
