import { amountNotZero, anyAmount, metadata, qrCode, responseParts, subject, text140, text210, text35 } from '../soap/common-types.ts';
import { boolean, instant, list, localDate, message, oneOf, optional, required, sequence } from '../soap/index.ts';
import type { Operation, ValueOf } from '../soap/index.ts';
import { addressParts, PA_FOR_NODE_NAMESPACE as namespace, PA_FOR_NODE_PREFIX as prefix, transfer, transferV2 } from './types.ts';

/** The same in both versions. */
const request = sequence(
  ...addressParts,
  required('qrCode', qrCode),
  optional('amount', anyAmount),
  optional('paymentNote', text210),
  optional('transferType', oneOf('POSTAL', 'PAGOPA')),
  optional('dueDate', localDate),
);

const payment = sequence(
  required('creditorReferenceId', text35),
  required('paymentAmount', amountNotZero),
  required('dueDate', localDate),
  optional('retentionDate', instant),
  optional('lastPayment', boolean),
  required('description', text140),
  optional('companyName', text140),
  optional('officeName', text140),
  required('debtor', subject),
  required('transferList', list('transfer', transfer, { maximum: 5 })),
  optional('metadata', metadata),
);

const paymentV2 = sequence(
  required('creditorReferenceId', text35),
  required('paymentAmount', amountNotZero),
  required('dueDate', localDate),
  optional('retentionDate', instant),
  optional('lastPayment', boolean),
  required('description', text140),
  required('companyName', text140),
  optional('officeName', text140),
  required('debtor', subject),
  required('transferList', list('transfer', transferV2, { maximum: 5 })),
  optional('metadata', metadata),
);

const response = sequence(...responseParts, optional('data', payment));
const responseV2 = sequence(...responseParts, optional('data', paymentV2));

export type PaGetPaymentRequest = ValueOf<typeof request>;
export type PaGetPaymentData = ValueOf<typeof payment>;
export type PaGetPaymentResponse = ValueOf<typeof response>;
export type PaGetPaymentV2Request = PaGetPaymentRequest;
export type PaGetPaymentV2Data = ValueOf<typeof paymentV2>;
export type PaGetPaymentV2Response = ValueOf<typeof responseV2>;

/** Asks a creditor for what is to be paid, when a payment is activated (Domain facts, Payments §2.2). */
export const paGetPayment: Operation<PaGetPaymentRequest, PaGetPaymentResponse> = {
  name: 'paGetPayment',
  request: message({ namespace, prefix, element: 'paGetPaymentReq', type: request }),
  response: message({ namespace, prefix, element: 'paGetPaymentRes', type: response }),
};

/** {@link paGetPayment} for stations of primitive version 2: company names, revenue stamps. */
export const paGetPaymentV2: Operation<PaGetPaymentV2Request, PaGetPaymentV2Response> = {
  name: 'paGetPaymentV2',
  request: message({ namespace, prefix, element: 'paGetPaymentV2Request', type: request }),
  response: message({ namespace, prefix, element: 'paGetPaymentV2Response', type: responseV2 }),
};
