/** Shapes that several event contracts share. Instants are ISO 8601 in UTC; amounts are integer euro cents. */
import { z } from 'zod';

export const fiscalCode = z.string().regex(/^[0-9]{11}$/);
export const code = z.string().min(1).max(35);
export const noticeNumber = z.string().regex(/^[0-9]{18}$/);
export const instant = z.iso.datetime({ offset: true });
export const day = z.iso.date();
export const cents = z.number().int().min(0).max(99_999_999_999);
export const paymentToken = z.string().min(1).max(35);
export const revision = z.number().int().min(1);

/** Who owes or who pays: F a person, G an organization. */
export const subject = z.object({
  type: z.enum(['F', 'G']),
  fiscalCode: z.string().min(2).max(16),
  fullName: z.string().min(1).max(255),
  streetName: z.string().max(70).optional(),
  civicNumber: z.string().max(16).optional(),
  postalCode: z.string().max(16).optional(),
  city: z.string().max(35).optional(),
  stateProvinceRegion: z.string().max(35).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  email: z.string().max(256).optional(),
});
export type Subject = z.output<typeof subject>;

export const metadata = z.array(z.object({ key: z.string().min(1).max(140), value: z.string().min(1).max(140) })).max(15);

/** A stamp duty to be bought with the payment (marca da bollo). */
export const stamp = z.object({
  documentHash: z.string().min(1).max(72),
  stampType: z.literal('01'),
  province: z.string().regex(/^[A-Z]{2}$/),
});

/** A part of the payment and the account that it goes to: an IBAN, or a stamp. */
export const transfer = z.object({
  idTransfer: z.number().int().min(1).max(5),
  amount: cents,
  creditorFiscalCode: fiscalCode,
  creditorName: z.string().max(140).optional(),
  iban: z.string().min(1).max(35).optional(),
  postalIban: z.string().min(1).max(35).optional(),
  stamp: stamp.optional(),
  /** The revenue stamp that the PSP bought (MBDAttachment), base64; known once the payment is booked. */
  stampAttachment: z.base64().min(1).max(200_000).optional(),
  remittanceInformation: z.string().min(1).max(140),
  transferCategory: z.string().min(1).max(140),
  metadata: metadata.optional(),
});
export type Transfer = z.output<typeof transfer>;

/** How a call ended: answered OK or KO by business, or by a defect of the way or of the answer. */
export const CALL_OUTCOMES = [
  'OK',
  'KO',
  /** Nobody listened, or the connection could not be made. */
  'REFUSED',
  /** No complete answer in the time allowed. */
  'TIMEOUT',
  /** The connection broke before the answer was complete. */
  'RESET',
  /** An HTTP status other than success, without an answer of the primitive. */
  'HTTP_ERROR',
  /** HTTP 503, or a SOAP Fault without a body of the primitive. */
  'SERVICE_NOT_ACTIVE',
  /** Something that is not an answer of the primitive. */
  'MALFORMED',
  /** An answer could not be given for a fault of the platform itself. */
  'INTERNAL',
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** One call between the node and a party, as it was seen at the node: raw evidence from which service levels are computed. */
const observedCall = z.object({
  /** When the call began. */
  at: instant,
  direction: z.enum(['PSP_TO_NODE', 'NODE_TO_CREDITOR']),
  /** The primitive, e.g. activatePaymentNoticeV2, paGetPayment. */
  method: z.string().min(1).max(64),
  psp: code.optional(),
  channel: code.optional(),
  /** The caller's broker for PSP_TO_NODE, the station's for NODE_TO_CREDITOR. */
  broker: code.optional(),
  creditor: fiscalCode.optional(),
  station: code.optional(),
  /** The payment that a sendPaymentOutcome names, when it names one: as the caller wrote it, whether or not there is such a payment. */
  paymentToken: paymentToken.optional(),
  /** From the call's begin to its answer or failure, in real milliseconds. */
  durationMs: z.number().min(0),
  outcome: z.enum(CALL_OUTCOMES),
  /** The fault that was answered, where one was. */
  faultCode: z.string().min(1).max(64).optional(),
  /** Whether the answer was given in Stand-In. */
  standIn: z.boolean().optional(),
  /** Whether the call was a probe, not a request of anybody. */
  probe: z.boolean().optional(),
});
export type ObservedCall = z.output<typeof observedCall>;

/** The largest number of calls in one batch of evidence. */
export const OBSERVED_CALLS_LIMIT = 500;

/** Calls observed by one process between two instants, stated together. */
export const observedCalls = z.object({
  batch: z.uuid(),
  /** When the first call of the batch began. */
  from: instant,
  /** When the batch was closed. */
  to: instant,
  calls: z.array(observedCall).min(1).max(OBSERVED_CALLS_LIMIT),
});
export type ObservedCalls = z.output<typeof observedCalls>;

/** The keys under which an event is addressed to tenants: see `audienceOf` in kernel/auth. */
export const audience = {
  creditor: (creditorFiscalCode: string) => `EC:${creditorFiscalCode}`,
  psp: (pspCode: string) => `PSP:${pspCode}`,
  broker: (brokerCode: string) => `BROKER:${brokerCode}`,
  citizen: (personFiscalCode: string) => `CITIZEN:${personFiscalCode}`,
};
