/**
 * Between the official messages of PSPs and the requests and answers of the use cases. Contract: wsdl/xsd/nodeForPsp.xsd. Texts that may be
 * longer where they come from than a message may carry are cut; empty ones are left out.
 */
import { Fault, faultBeanOf } from '@nodo-aperto/kernel/faults';
import { euroCents } from '@nodo-aperto/kernel/money';
import type {
  ActivatePaymentNoticeResponse,
  ActivatePaymentNoticeV2Response,
  DemandPaymentNoticeResponse,
  OutcomeDetailsV2,
  Transfer as TransferMessage,
  TransferV2 as TransferV2Message,
  VerifyPaymentNoticeResponse,
} from '@nodo-aperto/kernel/node-for-psp';
import type { EmptyResponse } from '@nodo-aperto/kernel/soap';
import type { Transfer } from '@nodo-aperto/schema/events';
import { shortened } from '../domain/text.ts';
import type { Activation } from '../services/activation.ts';
import { subjectOf } from '../services/creditor-terms.ts';
import type { DemandedPaymentNotice } from '../services/demand-payment-notice.ts';
import type { FaultData } from '../services/dependencies.ts';
import type { OutcomeRequest } from '../services/send-payment-outcome.ts';
import type { Verification } from '../services/verify-payment-notice.ts';

/** A KO; every answer of the contract begins like it. @param fault as the caller may see it */
export function refusalMessage({ code, ...details }: FaultData): EmptyResponse & { outcome: 'KO' } {
  return { outcome: 'KO', fault: faultBeanOf(new Fault(code, details), { extended: true }) };
}

export function verificationMessage(answer: Verification): VerifyPaymentNoticeResponse {
  return { outcome: 'OK', ...notice(answer), standin: answer.standin };
}

export function demandMessage(answer: DemandedPaymentNotice): DemandPaymentNoticeResponse {
  return { outcome: 'OK', qrCode: answer.qrCode, ...notice(answer) };
}

function notice({ paymentList, paymentDescription, fiscalCodePA, companyName, officeName }: Omit<DemandedPaymentNotice, 'qrCode'>) {
  return {
    paymentList: paymentList.map(({ amount, options, dueDate, paymentNote }) => ({
      amount,
      options,
      dueDate,
      paymentNote: text(paymentNote, 210),
    })),
    paymentDescription: text(paymentDescription, 210),
    fiscalCodePA,
    companyName: text(companyName, 140),
    officeName: text(officeName, 140),
  };
}

export function activationMessage(answer: Activation): ActivatePaymentNoticeResponse {
  return {
    ...activated(answer),
    transferList: answer.transferList.map(transferMessage),
    creditorReferenceId: answer.creditorReferenceId,
    standin: answer.standin,
  };
}

export function activationV2Message(answer: Activation): ActivatePaymentNoticeV2Response {
  return {
    ...activated(answer),
    transferList: answer.transferList.map(transferV2Message),
    metadata: metadata(answer.metadata),
    creditorReferenceId: answer.creditorReferenceId,
    standin: answer.standin,
  };
}

function activated(answer: Activation) {
  return {
    outcome: 'OK' as const,
    totalAmount: euroCents(answer.totalAmount),
    paymentDescription: text(answer.paymentDescription, 140),
    fiscalCodePA: answer.fiscalCodePA,
    companyName: text(answer.companyName, 140),
    officeName: text(answer.officeName, 140),
    paymentToken: answer.paymentToken,
  };
}

/** Version 1 has no place for stamps: a payment that buys one is not activated with it. */
function transferMessage(transfer: Transfer): TransferMessage {
  return {
    ...transferred(transfer),
    IBAN: transfer.iban ?? '',
    remittanceInformation: transfer.remittanceInformation,
    metadata: metadata(transfer.metadata),
  };
}

function transferV2Message(transfer: Transfer): TransferV2Message {
  const { stamp, iban } = transfer;
  return {
    ...transferred(transfer),
    companyName: text(transfer.creditorName, 140),
    ...(stamp
      ? { richiestaMarcaDaBollo: { hashDocumento: stamp.documentHash, tipoBollo: stamp.stampType, provinciaResidenza: stamp.province } }
      : { IBAN: iban }),
    remittanceInformation: transfer.remittanceInformation,
    transferCategory: transfer.transferCategory,
    metadata: metadata(transfer.metadata),
  };
}

function transferred({ idTransfer, amount, creditorFiscalCode }: Transfer) {
  return { idTransfer, transferAmount: euroCents(amount), fiscalCodePA: creditorFiscalCode };
}

/** A list of pairs has at least one. */
function metadata(pairs: Activation['metadata']) {
  return pairs && pairs.length > 0 ? pairs.map(({ key, value }) => ({ key, value })) : undefined;
}

function text(value: string | undefined, most: number): string | undefined {
  return value === undefined || value === '' ? undefined : shortened(value, most);
}

/** What a message says of how a payment was made; version 1 has a part of it. */
export function outcomeDetails(details: OutcomeDetailsV2 | undefined): OutcomeRequest['details'] {
  if (!details) return undefined;
  const { payer, ...rest } = details;
  return withoutAbsent({ ...rest, payer: payer && subjectOf(payer) });
}

/** Absent fields do not count, in requests as in what their hashes are made of. */
function withoutAbsent<Shape extends object>(shape: Shape): { [Key in keyof Shape]: Exclude<Shape[Key], undefined> } {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as never;
}
