import { anyAmount, emptyResponse, outcome, paymentToken, subject, text70 } from '../soap/common-types.ts';
import type { EmptyResponse } from '../soap/common-types.ts';
import { list, localDate, message, oneOf, optional, required, sequence } from '../soap/index.ts';
import type { Operation, ValueOf } from '../soap/index.ts';
import { callerParts, idempotencyKey, NODE_FOR_PSP_NAMESPACE as namespace, NODE_FOR_PSP_PREFIX as prefix, stamp } from './types.ts';

const paymentParts = [
  required('paymentMethod', oneOf('cash', 'creditCard', 'bancomat', 'other')),
  optional('paymentChannel', oneOf('frontOffice', 'atm', 'onLine', 'app', 'other')),
  required('fee', anyAmount),
] as const;

const dateParts = [optional('payer', subject), required('applicationDate', localDate), required('transferDate', localDate)] as const;

const details = sequence(...paymentParts, ...dateParts);

const detailsV2 = sequence(
  ...paymentParts,
  optional('primaryCiIncurredFee', anyAmount),
  optional('idBundle', text70),
  optional('idCiBundle', text70),
  ...dateParts,
  optional('marcheDaBollo', list('marcaDaBollo', stamp, { maximum: 25 })),
);

const request = sequence(
  ...callerParts,
  optional('idempotencyKey', idempotencyKey),
  required('paymentToken', paymentToken),
  required('outcome', outcome),
  optional('details', details),
);

const requestV2 = sequence(
  ...callerParts,
  optional('idempotencyKey', idempotencyKey),
  required('paymentTokens', list('paymentToken', paymentToken, { maximum: 5 })),
  required('outcome', outcome),
  optional('details', detailsV2),
);

export type OutcomeDetails = ValueOf<typeof details>;
export type OutcomeDetailsV2 = ValueOf<typeof detailsV2>;
export type SendPaymentOutcomeRequest = ValueOf<typeof request>;
export type SendPaymentOutcomeResponse = EmptyResponse;
export type SendPaymentOutcomeV2Request = ValueOf<typeof requestV2>;
export type SendPaymentOutcomeV2Response = EmptyResponse;

/** Tells the node how a payment ended (Domain facts, Payments §2.1 and §2.7). */
export const sendPaymentOutcome: Operation<SendPaymentOutcomeRequest, SendPaymentOutcomeResponse> = {
  name: 'sendPaymentOutcome',
  request: message({ namespace, prefix, element: 'sendPaymentOutcomeReq', type: request }),
  response: message({ namespace, prefix, element: 'sendPaymentOutcomeRes', type: emptyResponse }),
};

/** {@link sendPaymentOutcome} for 1 to 5 tokens, with bundles and revenue stamps. */
export const sendPaymentOutcomeV2: Operation<SendPaymentOutcomeV2Request, SendPaymentOutcomeV2Response> = {
  name: 'sendPaymentOutcomeV2',
  request: message({ namespace, prefix, element: 'sendPaymentOutcomeV2Request', type: requestV2 }),
  response: message({ namespace, prefix, element: 'sendPaymentOutcomeV2Response', type: emptyResponse }),
};
