export { paDemandPaymentNotice } from './demand-payment-notice.ts';
export type { PaDemandPaymentNoticeRequest, PaDemandPaymentNoticeResponse } from './demand-payment-notice.ts';
export { paGetPayment, paGetPaymentV2 } from './get-payment.ts';
export type {
  PaGetPaymentData,
  PaGetPaymentRequest,
  PaGetPaymentResponse,
  PaGetPaymentV2Data,
  PaGetPaymentV2Request,
  PaGetPaymentV2Response,
} from './get-payment.ts';
export { paSendRT, paSendRTV2 } from './send-rt.ts';
export type {
  PaSendRTRequest,
  PaSendRTResponse,
  PaSendRTV2Request,
  PaSendRTV2Response,
  Receipt,
  ReceiptV2,
} from './send-rt.ts';
export { PA_FOR_NODE_NAMESPACE, PA_FOR_NODE_PREFIX } from './types.ts';
export type { PaymentOptionDescription, Transfer, TransferReceiptV2, TransferV2 } from './types.ts';
export { paVerifyPaymentNotice } from './verify-payment-notice.ts';
export type { PaVerifyPaymentNoticeRequest, PaVerifyPaymentNoticeResponse } from './verify-payment-notice.ts';
