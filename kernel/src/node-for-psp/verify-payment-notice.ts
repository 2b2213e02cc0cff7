import { fiscalCodePA, qrCode, responseParts, text140, text210 } from '../soap/common-types.ts';
import { boolean, message, optional, required, sequence } from '../soap/index.ts';
import type { Operation, ValueOf } from '../soap/index.ts';
import { callerParts, NODE_FOR_PSP_NAMESPACE as namespace, NODE_FOR_PSP_PREFIX as prefix, paymentOptionList } from './types.ts';

const request = sequence(...callerParts, required('qrCode', qrCode));

const response = sequence(
  ...responseParts,
  optional('paymentList', paymentOptionList),
  optional('paymentDescription', text210),
  optional('fiscalCodePA', fiscalCodePA),
  optional('companyName', text140),
  optional('officeName', text140),
  optional('standin', boolean),
);

export type VerifyPaymentNoticeRequest = ValueOf<typeof request>;
export type VerifyPaymentNoticeResponse = ValueOf<typeof response>;

/** Asks for the data of a notice; opens nothing (Domain facts, Payments §2.1). */
export const verifyPaymentNotice: Operation<VerifyPaymentNoticeRequest, VerifyPaymentNoticeResponse> = {
  name: 'verifyPaymentNotice',
  request: message({ namespace, prefix, element: 'verifyPaymentNoticeReq', type: request }),
  response: message({ namespace, prefix, element: 'verifyPaymentNoticeRes', type: response }),
};
