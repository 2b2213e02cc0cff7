import { fiscalCodePA, qrCode, responseParts, text140, text210, text5 } from '../soap/common-types.ts';
import { base64, message, optional, required, sequence } from '../soap/index.ts';
import type { Operation, ValueOf } from '../soap/index.ts';
import { callerParts, NODE_FOR_PSP_NAMESPACE as namespace, NODE_FOR_PSP_PREFIX as prefix, paymentOptionList } from './types.ts';

const request = sequence(...callerParts, required('idSoggettoServizio', text5), required('datiSpecificiServizio', base64()));

const response = sequence(
  ...responseParts,
  optional('qrCode', qrCode),
  optional('paymentList', paymentOptionList),
  optional('paymentDescription', text210),
  optional('fiscalCodePA', fiscalCodePA),
  optional('companyName', text140),
  optional('officeName', text140),
);

export type DemandPaymentNoticeRequest = ValueOf<typeof request>;
export type DemandPaymentNoticeResponse = ValueOf<typeof response>;

/** Asks for a notice to be made for a spontaneous payment (Domain facts, Payments §2.2). */
export const demandPaymentNotice: Operation<DemandPaymentNoticeRequest, DemandPaymentNoticeResponse> = {
  name: 'demandPaymentNotice',
  request: message({ namespace, prefix, element: 'demandPaymentNoticeRequest', type: request }),
  response: message({ namespace, prefix, element: 'demandPaymentNoticeResponse', type: response }),
};
