/** An activation that passed its checks, and what becomes of it: the payment that is kept, and what the PSP is answered. */
import { asDate } from '@nodo-aperto/kernel/time';
import type { Transfer } from '@nodo-aperto/schema/events';
import type { ActivationPrimitive } from '../domain/activation-primitives.ts';
import type { PaymentTerms } from '../domain/payment-terms.ts';
import type { ActivationFields } from '../domain/request-syntax.ts';
import { standInFlag } from '../domain/stand-in-flag.ts';
import type { PaymentRecord } from '../persistence/payment-record.ts';
import type { CallNotes } from './call-evidence.ts';
import type { Caller } from './caller.ts';
import type { Counterpart } from './counterpart.ts';
import type { Answer, PaymentsDependencies } from './dependencies.ts';
import type { KeyedRequest } from './keyed-request.ts';

/** The version of the primitive. */
export const VERSIONS = { activatePaymentNotice: 1, activatePaymentNoticeV2: 2 } as const satisfies Record<ActivationPrimitive, 1 | 2>;

export interface ActivateRequest extends ActivationFields {
  /** How the payment will be made; version 2. */
  readonly paymentMethod?: string;
  /** Where it is made; version 2. */
  readonly touchPoint?: string;
}

export interface Activation {
  /** Euro cents, as the creditor or ACA says: it may differ from the amount of the request. */
  readonly totalAmount: number;
  readonly paymentDescription: string;
  readonly fiscalCodePA: string;
  readonly companyName: string;
  readonly officeName?: string;
  readonly paymentToken: string;
  readonly transferList: readonly Transfer[];
  readonly metadata?: readonly { key: string; value: string }[];
  readonly creditorReferenceId: string;
  /** Absent when the channel is not configured for it. */
  readonly standin?: boolean;
}

/** An activation whose checks have passed, with all that it needs. */
export interface Passed {
  readonly primitive: ActivationPrimitive;
  readonly request: ActivateRequest;
  readonly keyed: KeyedRequest;
  readonly caller: Caller;
  readonly counterpart: Counterpart;
  readonly tokenMs: number;
  readonly notes: CallNotes;
}

/** The session of an activation, as it is to be kept. */
export function newPayment({ clock, random }: PaymentsDependencies, passed: Passed, terms: PaymentTerms, standIn: boolean): PaymentRecord {
  const { request, caller, counterpart, tokenMs } = passed;
  const { psp, broker, channel } = caller;
  const { creditor, station } = counterpart;
  return {
    paymentToken: random.hex(32),
    creditorFiscalCode: creditor.fiscalCode,
    noticeNumber: request.qrCode.noticeNumber,
    ...terms,
    transfers: [...terms.transfers],
    metadata: terms.metadata && [...terms.metadata],
    creditors: [...new Set([creditor.fiscalCode, ...terms.transfers.map((transfer) => transfer.creditorFiscalCode)])],
    pspCode: psp.code,
    pspName: psp.name,
    pspFiscalCode: psp.fiscalCode,
    pspVatNumber: psp.vatNumber,
    pspBrokerCode: broker.code,
    channelCode: channel.code,
    creditorBrokerCode: counterpart.broker.code,
    stationCode: station.code,
    standIn,
    status: 'PAYING',
    activatedAt: clock.date(),
    expiresAt: asDate(clock.now() + tokenMs),
    activationPaymentMethod: request.paymentMethod,
    touchPoint: request.touchPoint,
    paymentNote: request.paymentNote,
    late: false,
    revision: 1,
  };
}

/** What the PSP is answered once the session is open. */
export function answerFor(
  { caller, counterpart }: Passed,
  terms: PaymentTerms,
  paymentToken: string,
  standIn: boolean,
): Answer<Activation> & { outcome: 'OK' } {
  const standin = standInFlag(caller.channel, standIn);
  return {
    outcome: 'OK',
    totalAmount: terms.amount,
    paymentDescription: terms.description,
    fiscalCodePA: counterpart.creditor.fiscalCode,
    companyName: terms.creditorName,
    ...(terms.officeName !== undefined && { officeName: terms.officeName }),
    paymentToken,
    transferList: terms.transfers,
    ...(terms.metadata && { metadata: terms.metadata }),
    creditorReferenceId: terms.iuv,
    ...(standin !== undefined && { standin }),
  };
}
