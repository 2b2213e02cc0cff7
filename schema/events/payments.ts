/** Facts that the payments subgraph states. */
import { defineEvent } from '@nodo-aperto/kernel/events';
import { z } from 'zod';
import {
  audience,
  cents,
  code,
  day,
  fiscalCode,
  instant,
  metadata,
  noticeNumber,
  observedCalls,
  paymentToken,
  revision,
  subject,
  transfer,
} from './shapes.ts';

/** States of one payment (POSITION_PAYMENT_STATUS). Source: domain facts, Payments section 2.6. */
export const PAYMENT_STATUSES = ['PAYING', 'PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED', 'FAILED', 'CANCELLED'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** States of a notice as the node sees it (POSITION_STATUS). Source: domain facts, Payments section 2.6. */
export const NOTICE_PAYMENT_STATUSES = ['INSERTED', 'PAYING', 'PAID', 'NOTIFIED'] as const;
export type NoticePaymentStatus = (typeof NOTICE_PAYMENT_STATUSES)[number];

/** A payment as it is now: one token, from activation to the last receipt. */
const paymentSnapshot = z.object({
  paymentToken,
  creditorFiscalCode: fiscalCode,
  creditorName: z.string().min(1).max(140),
  officeName: z.string().max(140).optional(),
  noticeNumber,
  /** The creditor's reference (creditorReferenceId). */
  iuv: z.string().min(1).max(35),
  amount: cents,
  description: z.string().min(1).max(255),
  dueDate: day.optional(),
  debtor: subject,
  transfers: z.array(transfer).min(1).max(5),
  metadata: metadata.optional(),
  pspCode: code,
  pspName: z.string().max(140),
  pspFiscalCode: z.string().max(16).optional(),
  /** Its VAT number (partita IVA). */
  pspVatNumber: z.string().min(1).max(20).optional(),
  pspBrokerCode: code,
  channelCode: code,
  creditorBrokerCode: code,
  stationCode: code,
  /** Whether the amounts came from ACA because the creditor could not answer. */
  standIn: z.boolean(),
  status: z.enum(PAYMENT_STATUSES),
  activatedAt: instant,
  expiresAt: instant,
  /** When the outcome was received. */
  outcomeAt: instant.optional(),
  outcome: z.enum(['OK', 'KO']).optional(),
  /** Whether the outcome OK came after the token had expired and was booked all the same. */
  late: z.boolean(),
  paymentMethod: z.string().max(35).optional(),
  paymentChannel: z.string().max(35).optional(),
  touchPoint: z.string().max(35).optional(),
  paymentNote: z.string().max(210).optional(),
  fee: cents.optional(),
  /** The part of the fee that the creditor bears (primaryCiIncurredFee). */
  primaryCreditorFee: cents.optional(),
  /** The bundle of fees that the PSP applied (idBundle). */
  bundleId: z.string().min(1).max(70).optional(),
  /** The creditor's adhesion to that bundle (idCiBundle). */
  creditorBundleId: z.string().min(1).max(70).optional(),
  payer: subject.optional(),
  /** The payments that the PSP booked with one outcome, when they were several: named by the first token, with their number and sum. */
  cart: z.object({ id: paymentToken, payments: z.number().int().min(2).max(5), amount: cents }).optional(),
  applicationDate: day.optional(),
  transferDate: day.optional(),
  revision,
});
export type PaymentSnapshot = z.output<typeof paymentSnapshot>;

function paymentEvent<Name extends string>(name: Name, describes: string) {
  return defineEvent({
    name,
    version: 1,
    source: 'payments',
    schema: paymentSnapshot,
    describes,
    entityKey: (payment) => payment.paymentToken,
    revision: (payment) => payment.revision,
    audience: paymentAudience,
  });
}

/** A payment concerns the creditors that its transfers pay, the PSP, both brokers, and the persons who owe and pay. */
function paymentAudience(payment: PaymentSnapshot): string[] {
  const creditors = new Set([payment.creditorFiscalCode, ...payment.transfers.map((each) => each.creditorFiscalCode)]);
  const persons = new Set([payment.debtor.fiscalCode, ...(payment.payer ? [payment.payer.fiscalCode] : [])]);
  return [
    ...[...creditors].map(audience.creditor),
    audience.psp(payment.pspCode),
    audience.broker(payment.pspBrokerCode),
    audience.broker(payment.creditorBrokerCode),
    ...[...persons].map(audience.citizen),
  ];
}

export const paymentActivated = paymentEvent(
  'payment.activated',
  'A PSP opened a payment session: the notice is locked and a token is alive.',
);
export const paymentBooked = paymentEvent(
  'payment.booked',
  'The PSP has the money and the payment counts; `late` tells whether the token had expired before.',
);
export const paymentFailed = paymentEvent('payment.failed', 'The PSP reported that the payment did not happen; the notice is free again.');
export const paymentCancelled = paymentEvent('payment.cancelled', 'The token expired without an outcome; the notice is free again.');
export const paymentProgressed = paymentEvent(
  'payment.progressed',
  'The receipt of a booked payment was made, sent, or reached every creditor.',
);

const standInEvent = z.object({
  stationCode: code,
  brokerCode: code,
  creditors: z.array(fiscalCode).max(1_000),
  /** What was counted or who decided. */
  reason: z.string().min(1).max(500),
  at: instant,
  revision,
});
const standInMeta = {
  version: 1,
  source: 'payments' as const,
  schema: standInEvent,
  entityKey: (event: z.output<typeof standInEvent>) => event.stationCode,
  revision: (event: z.output<typeof standInEvent>) => event.revision,
  audience: (event: z.output<typeof standInEvent>) => [audience.broker(event.brokerCode), ...event.creditors.map(audience.creditor)],
};
export const standInEntered = defineEvent({
  ...standInMeta,
  name: 'station.stand-in-entered',
  describes: 'A station entered Stand-In: it is not called until it answers probes again.',
});
export const standInLeft = defineEvent({
  ...standInMeta,
  name: 'station.stand-in-left',
  describes: 'A station left Stand-In: its creditors are called again and their receipts drain.',
});

/** How a station answers: as it should, with failures that the policy counts, or not called at all. */
export const STATION_HEALTHS = ['ANSWERING', 'FAILING', 'STAND_IN'] as const;
export type StationHealth = (typeof STATION_HEALTHS)[number];

const healthEvent = standInEvent.extend({ health: z.enum(['ANSWERING', 'FAILING']) });
export const stationHealthChanged = defineEvent({
  name: 'station.health-changed',
  version: 1,
  source: 'payments',
  schema: healthEvent,
  describes: 'Calls to a station began to fail, or are answered again; it is called in both cases.',
  entityKey: (event) => event.stationCode,
  revision: (event) => event.revision,
  audience: (event) => standInMeta.audience(event),
});

/**
 * Evidence of calls: every primitive called by PSPs and every call to a station, in batches of at most a second. A crash of the process loses
 * the evidence of its last second; nothing else depends on it. For operators and the quality service only.
 */
export const callsObserved = defineEvent({
  name: 'calls.observed',
  version: 1,
  source: 'payments',
  schema: observedCalls,
  describes: 'Calls between PSPs, the node and creditors, as they were seen by one process: raw evidence for service levels.',
  entityKey: (batch) => batch.batch,
  revision: () => 1,
  audience: () => [],
});
