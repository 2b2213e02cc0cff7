/**
 * Whether a request has the form that the schema of its primitive asks for, whichever surface it came in by. A request that has not is
 * answered PPT_SINTASSI_EXTRAXSD with the name of the field, before anything is looked up, and never remembered under a key.
 * Source: Domain facts, Payments §1.4, §2.2 and §2.3 (order 1: syntax). An activation of amount 0 pays nothing: refused here too.
 */
import type { Fault } from '@nodo-aperto/kernel/faults';
import { isEuroCents } from '@nodo-aperto/kernel/money';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import type { CallerClaim } from './caller.ts';
import { idempotencyKeySyntax } from './idempotency.ts';
import { outcomeDetailsSyntax, type OutcomeDetailsFields } from './outcome-details.ts';
import { isText, unless } from './syntax.ts';
import { expirationTimeSyntax } from './token-lifetime.ts';

export interface CallerFields extends CallerClaim {
  readonly password?: string;
}

export interface QrCode {
  readonly fiscalCode: string;
  readonly noticeNumber: string;
}

export interface ActivationFields extends CallerFields {
  readonly idempotencyKey?: string;
  readonly qrCode: QrCode;
  /** Milliseconds. */
  readonly expirationTime?: number;
  /** Euro cents. */
  readonly amount: number;
  /** YYYY-MM-DD */
  readonly dueDate?: string;
  readonly paymentNote?: string;
}

export interface OutcomeFields extends CallerFields {
  readonly idempotencyKey?: string;
  readonly paymentTokens: readonly string[];
  readonly details?: OutcomeDetailsFields;
}

/** The most tokens of one outcome. */
export const MOST_TOKENS = 5;

export function verificationSyntax(request: CallerFields & { readonly qrCode: QrCode }): Fault | undefined {
  return callerSyntax(request) ?? qrCodeSyntax(request.qrCode);
}

export function activationSyntax(request: ActivationFields): Fault | undefined {
  return (
    callerSyntax(request) ??
    idempotencyKeySyntax(request.idempotencyKey) ??
    qrCodeSyntax(request.qrCode) ??
    expirationTimeSyntax(request.expirationTime) ??
    unless(isEuroCents(request.amount) && request.amount > 0, 'amount', 'from 0.01 to 999999999.99') ??
    unless(request.dueDate === undefined || isLocalDate(request.dueDate), 'dueDate', 'a day, YYYY-MM-DD') ??
    unless(request.paymentNote === undefined || isText(request.paymentNote, 1, 210), 'paymentNote', '1 to 210 characters')
  );
}

export function outcomeSyntax(request: OutcomeFields): Fault | undefined {
  const { paymentTokens, details } = request;
  return (
    callerSyntax(request) ??
    idempotencyKeySyntax(request.idempotencyKey) ??
    unless(paymentTokens.length >= 1 && paymentTokens.length <= MOST_TOKENS, 'paymentTokens', `1 to ${MOST_TOKENS} tokens`) ??
    unless(
      paymentTokens.every((token) => isText(token, 1, 35)),
      'paymentToken',
      '1 to 35 characters',
    ) ??
    unless(new Set(paymentTokens).size === paymentTokens.length, 'paymentTokens', 'every token once') ??
    (details && outcomeDetailsSyntax(details))
  );
}

export function callerSyntax(request: CallerFields): Fault | undefined {
  return (
    unless(isText(request.idPSP, 1, 35), 'idPSP', '1 to 35 characters') ??
    unless(request.idBrokerPSP === undefined || isText(request.idBrokerPSP, 1, 35), 'idBrokerPSP', '1 to 35 characters') ??
    unless(isText(request.idChannel, 1, 35), 'idChannel', '1 to 35 characters') ??
    unless(request.password === undefined || isText(request.password, 8, 15), 'password', '8 to 15 characters')
  );
}

function qrCodeSyntax({ fiscalCode, noticeNumber }: QrCode): Fault | undefined {
  return (
    unless(/^[0-9]{11}$/.test(fiscalCode), 'qrCode.fiscalCode', '11 digits') ??
    unless(/^[0-9]{18}$/.test(noticeNumber), 'qrCode.noticeNumber', '18 digits')
  );
}
