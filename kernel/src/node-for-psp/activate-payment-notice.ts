import {
  anyAmount,
  fiscalCodePA,
  metadata,
  paymentToken,
  qrCode,
  responseParts,
  text140,
  text210,
  text35,
  text70,
} from '../soap/common-types.ts';
import { boolean, list, localDate, message, oneOf, optional, required, sequence } from '../soap/index.ts';
import type { Operation, ValueOf } from '../soap/index.ts';
import {
  callerParts,
  expirationTime,
  idempotencyKey,
  NODE_FOR_PSP_NAMESPACE as namespace,
  NODE_FOR_PSP_PREFIX as prefix,
  transfer,
  transferV2,
} from './types.ts';

const requestParts = [
  ...callerParts,
  optional('idempotencyKey', idempotencyKey),
  required('qrCode', qrCode),
  optional('expirationTime', expirationTime),
  required('amount', anyAmount),
  optional('dueDate', localDate),
  optional('paymentNote', text210),
] as const;

const request = sequence(...requestParts);

const requestV2 = sequence(
  ...requestParts,
  optional('paymentMethod', oneOf('BBT', 'BP', 'AD', 'CP', 'PO', 'OBEP', 'JIF', 'MYBK', 'PPAL')),
  optional('touchPoint', oneOf('IO', 'WISP', 'CHECKOUT', 'PSP', 'ATM', 'BETTING', 'TS', 'HB', 'POS')),
);

const beforeTransfers = [
  ...responseParts,
  optional('totalAmount', anyAmount),
  optional('paymentDescription', text140),
  optional('fiscalCodePA', fiscalCodePA),
  optional('companyName', text140),
  optional('officeName', text140),
  optional('paymentToken', paymentToken),
] as const;

const response = sequence(
  ...beforeTransfers,
  optional('transferList', list('transfer', transfer, { maximum: 5 })),
  optional('creditorReferenceId', text35),
  optional('standin', boolean),
);

const responseV2 = sequence(
  ...beforeTransfers,
  optional('transferList', list('transfer', transferV2, { maximum: 5 })),
  optional('metadata', metadata),
  optional('creditorReferenceId', text35),
  optional('suggestedUserFee', anyAmount),
  optional('suggestedPaFee', anyAmount),
  optional('suggestedIdBundle', text70),
  optional('suggestedIdCiBundle', text70),
  optional('allCCP', boolean),
  optional('standin', boolean),
);

export type ActivatePaymentNoticeRequest = ValueOf<typeof request>;
export type ActivatePaymentNoticeResponse = ValueOf<typeof response>;
export type ActivatePaymentNoticeV2Request = ValueOf<typeof requestV2>;
export type ActivatePaymentNoticeV2Response = ValueOf<typeof responseV2>;

/** Opens a payment session and locks the notice (Domain facts, Payments §2.1). */
export const activatePaymentNotice: Operation<ActivatePaymentNoticeRequest, ActivatePaymentNoticeResponse> = {
  name: 'activatePaymentNotice',
  request: message({ namespace, prefix, element: 'activatePaymentNoticeReq', type: request }),
  response: message({ namespace, prefix, element: 'activatePaymentNoticeRes', type: response }),
};

/** {@link activatePaymentNotice} with payment method and touch point, and with metadata, suggested fees and stamps in the answer. */
export const activatePaymentNoticeV2: Operation<ActivatePaymentNoticeV2Request, ActivatePaymentNoticeV2Response> = {
  name: 'activatePaymentNoticeV2',
  request: message({ namespace, prefix, element: 'activatePaymentNoticeV2Request', type: requestV2 }),
  response: message({ namespace, prefix, element: 'activatePaymentNoticeV2Response', type: responseV2 }),
};
