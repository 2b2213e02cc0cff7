/** The primitives that open a session; version 2 has what the optional fields of request and answer hold. Source: Domain facts, Payments §2.1. */
export const ACTIVATION_PRIMITIVES = ['activatePaymentNotice', 'activatePaymentNoticeV2'] as const;
export type ActivationPrimitive = (typeof ACTIVATION_PRIMITIVES)[number];
