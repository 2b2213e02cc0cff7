import { fiscalCodePA, qrCode, responseParts, text140 } from '../soap/common-types.ts';
import { message, optional, required, sequence } from '../soap/index.ts';
import type { Operation, ValueOf } from '../soap/index.ts';
import { addressParts, PA_FOR_NODE_NAMESPACE as namespace, PA_FOR_NODE_PREFIX as prefix, paymentOptionList } from './types.ts';

const request = sequence(...addressParts, required('qrCode', qrCode));

const response = sequence(
  ...responseParts,
  optional('paymentList', paymentOptionList),
  optional('paymentDescription', text140),
  optional('fiscalCodePA', fiscalCodePA),
  optional('companyName', text140),
  optional('officeName', text140),
);

export type PaVerifyPaymentNoticeRequest = ValueOf<typeof request>;
/** An answer with outcome OK may lack everything else by its schema; whether it may by its meaning is for the caller to judge. */
export type PaVerifyPaymentNoticeResponse = ValueOf<typeof response>;

/** Asks a creditor for the present data of a notice; opens nothing (Domain facts, Payments §2.1). */
export const paVerifyPaymentNotice: Operation<PaVerifyPaymentNoticeRequest, PaVerifyPaymentNoticeResponse> = {
  name: 'paVerifyPaymentNotice',
  request: message({ namespace, prefix, element: 'paVerifyPaymentNoticeReq', type: request }),
  response: message({ namespace, prefix, element: 'paVerifyPaymentNoticeRes', type: response }),
};
