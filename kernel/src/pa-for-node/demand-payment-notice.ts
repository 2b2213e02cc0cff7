import { fiscalCodePA, qrCode, responseParts, text140, text5 } from '../soap/common-types.ts';
import { base64, message, optional, required, sequence } from '../soap/index.ts';
import type { Operation, ValueOf } from '../soap/index.ts';
import { addressParts, PA_FOR_NODE_NAMESPACE as namespace, PA_FOR_NODE_PREFIX as prefix, paymentOptionList } from './types.ts';

const request = sequence(
  ...addressParts,
  required('idServizio', text5),
  required('idSoggettoServizio', text5),
  required('datiSpecificiServizioRequest', base64()),
);

const response = sequence(
  ...responseParts,
  optional('qrCode', qrCode),
  optional('paymentList', paymentOptionList),
  optional('paymentDescription', text140),
  optional('fiscalCodePA', fiscalCodePA),
  optional('companyName', text140),
  optional('officeName', text140),
);

export type PaDemandPaymentNoticeRequest = ValueOf<typeof request>;
export type PaDemandPaymentNoticeResponse = ValueOf<typeof response>;

/** Asks a creditor to make a notice for a spontaneous payment at a PSP (Domain facts, Payments §2.2). */
export const paDemandPaymentNotice: Operation<PaDemandPaymentNoticeRequest, PaDemandPaymentNoticeResponse> = {
  name: 'paDemandPaymentNotice',
  request: message({ namespace, prefix, element: 'paDemandPaymentNoticeRequest', type: request }),
  response: message({ namespace, prefix, element: 'paDemandPaymentNoticeResponse', type: response }),
};
