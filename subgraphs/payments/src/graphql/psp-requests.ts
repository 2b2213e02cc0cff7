/** From the inputs of the graph to the requests of the use cases: nulls become absent, the PSP is the token's own. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { ForbiddenError, InputError } from '@nodo-aperto/kernel/faults';
import type { ActivateRequest } from '../services/activation.ts';
import type { DemandRequest } from '../services/demand-payment-notice.ts';
import type { OutcomeRequest } from '../services/send-payment-outcome.ts';
import type { VerifyRequest } from '../services/verify-payment-notice.ts';
import type { CallerFields, QrCode } from '../domain/request-syntax.ts';
import type {
  ActivatePaymentNoticeInput,
  ActivatePaymentNoticeV2Input,
  CallerInput,
  DemandPaymentNoticeInput,
  OutcomeDetailsInput,
  OutcomeDetailsV2Input,
  SendPaymentOutcomeInput,
  SendPaymentOutcomeV2Input,
  VerifyPaymentNoticeInput,
} from './inputs.ts';

const LONGEST_TEXT = 256;

/** @throws ForbiddenError when the input names another PSP than the token's */
function callerFields(principal: Principal, input: CallerInput): CallerFields {
  const { tenant } = principal;
  if (tenant === undefined) throw new ForbiddenError('The token names no PSP.');
  if (input.idPSP != null && input.idPSP !== tenant) throw new ForbiddenError('The token is not one of this PSP.');
  return withoutNulls({ idPSP: tenant, idBrokerPSP: input.idBrokerPSP, idChannel: input.idChannel, password: input.password });
}

export function verifyRequest(principal: Principal, input: VerifyPaymentNoticeInput): VerifyRequest {
  return { ...callerFields(principal, input), qrCode: qrCodeOf(input.qrCode) };
}

export function activateRequest(principal: Principal, input: ActivatePaymentNoticeInput | ActivatePaymentNoticeV2Input): ActivateRequest {
  const { idempotencyKey, qrCode, expirationTime, amount, dueDate, paymentNote } = input;
  const { paymentMethod, touchPoint } = input as ActivatePaymentNoticeV2Input;
  return {
    ...callerFields(principal, input),
    ...withoutNulls({ idempotencyKey, qrCode: qrCodeOf(qrCode), expirationTime, amount, dueDate, paymentNote, paymentMethod, touchPoint }),
  };
}

export function outcomeRequest(principal: Principal, input: SendPaymentOutcomeInput | SendPaymentOutcomeV2Input): OutcomeRequest {
  const { idempotencyKey, outcome, details } = input;
  const paymentTokens = 'paymentToken' in input ? [input.paymentToken] : [...input.paymentTokens];
  return {
    ...callerFields(principal, input),
    ...withoutNulls({ idempotencyKey, paymentTokens, outcome, details: details && detailsOf(details) }),
  };
}

export function demandRequest(principal: Principal, input: DemandPaymentNoticeInput): DemandRequest {
  const { idSoggettoServizio, datiSpecificiServizio } = input;
  return { ...callerFields(principal, input), idSoggettoServizio, datiSpecificiServizio };
}

function qrCodeOf({ fiscalCode, noticeNumber }: VerifyPaymentNoticeInput['qrCode']): QrCode {
  return { fiscalCode, noticeNumber };
}

function detailsOf(input: OutcomeDetailsInput | OutcomeDetailsV2Input): NonNullable<OutcomeRequest['details']> {
  const { paymentMethod, paymentChannel, fee, payer, applicationDate, transferDate } = input;
  const { primaryCiIncurredFee, idBundle, idCiBundle, marcheDaBollo } = input as OutcomeDetailsV2Input;
  return withoutNulls({
    paymentMethod,
    paymentChannel,
    fee,
    primaryCiIncurredFee,
    idBundle,
    idCiBundle,
    payer: payer && payerOf(payer),
    applicationDate,
    transferDate,
    marcheDaBollo: marcheDaBollo?.map(({ paymentToken, idTransfer, MBDAttachment }) => ({ paymentToken, idTransfer, MBDAttachment })),
  });
}

function payerOf({ uniqueIdentifier, fullName, email }: NonNullable<OutcomeDetailsInput['payer']>) {
  if (email != null && email.length > LONGEST_TEXT)
    throw InputError.at('details.payer.email', 'is too long', `at most ${LONGEST_TEXT} characters`);
  const { entityUniqueIdentifierType: type, entityUniqueIdentifierValue: fiscalCode } = uniqueIdentifier;
  return withoutNulls({ type, fiscalCode, fullName, email });
}

type WithoutNulls<Shape> = {
  [Key in keyof Shape as null extends Shape[Key] ? never : undefined extends Shape[Key] ? never : Key]: Shape[Key];
} & {
  [Key in keyof Shape as null extends Shape[Key] ? Key : undefined extends Shape[Key] ? Key : never]?: NonNullable<Shape[Key]>;
};

function withoutNulls<Shape extends object>(shape: Shape): WithoutNulls<Shape> {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== null && value !== undefined)) as WithoutNulls<Shape>;
}
