export { activatePaymentNotice, activatePaymentNoticeV2 } from './activate-payment-notice.ts';
export type {
  ActivatePaymentNoticeRequest,
  ActivatePaymentNoticeResponse,
  ActivatePaymentNoticeV2Request,
  ActivatePaymentNoticeV2Response,
} from './activate-payment-notice.ts';
export { demandPaymentNotice } from './demand-payment-notice.ts';
export type { DemandPaymentNoticeRequest, DemandPaymentNoticeResponse } from './demand-payment-notice.ts';
export { sendPaymentOutcome, sendPaymentOutcomeV2 } from './send-payment-outcome.ts';
export type {
  OutcomeDetails,
  OutcomeDetailsV2,
  SendPaymentOutcomeRequest,
  SendPaymentOutcomeResponse,
  SendPaymentOutcomeV2Request,
  SendPaymentOutcomeV2Response,
} from './send-payment-outcome.ts';
export { NODE_FOR_PSP_NAMESPACE, NODE_FOR_PSP_PREFIX } from './types.ts';
export type { PaymentOptionDescription, Stamp, Transfer, TransferV2 } from './types.ts';
export { verifyPaymentNotice } from './verify-payment-notice.ts';
export type { VerifyPaymentNoticeRequest, VerifyPaymentNoticeResponse } from './verify-payment-notice.ts';
