/**
 * What a receipt says: one for every booked payment, made once, with the names that the parties had at that time. Its id is the payment
 * token, which is also the IUR of reporting flows. Its amount is what was booked, and the sum of its transfers.
 * Source: Domain facts, Payments §2.1 (4), §2.2 (paSendRT) and §2.5; Receipts §3.2.
 */
import { InvariantError } from '@nodo-aperto/kernel/faults';
import { parseInstant } from '@nodo-aperto/kernel/time';
import type { PaymentSnapshot, Subject, Transfer } from '@nodo-aperto/schema/events';

/** The content of a receipt. Amounts are euro cents, instants epoch milliseconds, dates days in Italy. */
export interface ReceiptContent {
  readonly receiptId: string;
  readonly creditorFiscalCode: string;
  readonly creditorName: string;
  readonly officeName?: string;
  readonly noticeNumber: string;
  /** The creditor's reference (creditorReferenceId). */
  readonly iuv: string;
  readonly amount: number;
  readonly description: string;
  readonly debtor: Subject;
  readonly payer?: Subject;
  readonly transfers: readonly Transfer[];
  readonly metadata?: readonly { readonly key: string; readonly value: string }[];
  readonly pspCode: string;
  readonly pspName: string;
  readonly pspFiscalCode?: string;
  readonly channelCode: string;
  /** How the payer met the PSP, in the words of the outcome: frontOffice, atm, onLine, app, other. */
  readonly paymentChannel?: string;
  readonly paymentMethod?: string;
  readonly paymentNote?: string;
  readonly fee?: number;
  readonly pspVatNumber?: string;
  /** The part of the fee that the creditor bears. */
  readonly primaryCreditorFee?: number;
  readonly bundleId?: string;
  readonly creditorBundleId?: string;
  /** The payments that were booked together with this one. */
  readonly cart?: { readonly id: string; readonly payments: number; readonly amount: number };
  /** When the PSP reported the payment. */
  readonly paidAt: number;
  readonly applicationDate?: string;
  readonly transferDate?: string;
  readonly standIn: boolean;
  readonly creditorBrokerCode: string;
  readonly stationCode: string;
}

/** What the directory says of the parties, for what the payment itself does not say. */
export interface PartyNames {
  readonly psp?: { readonly name: string; readonly fiscalCode: string };
  /** Names of creditors by fiscal code. */
  readonly creditors: ReadonlyMap<string, string>;
}

/**
 * The receipt of a booked payment.
 * @param bookedAt when the booking was stated, for a payment that does not say when its outcome came
 * @throws InvariantError when the amount is not the sum of the transfers
 */
export function receiptOf(payment: PaymentSnapshot, names: PartyNames, bookedAt: number): ReceiptContent {
  const total = payment.transfers.reduce((sum, transfer) => sum + transfer.amount, 0);
  if (total !== payment.amount) throw new InvariantError(`a payment of ${payment.amount} cents has transfers of ${total}`);
  const pspFiscalCode = payment.pspFiscalCode ?? names.psp?.fiscalCode;
  return {
    receiptId: payment.paymentToken,
    creditorFiscalCode: payment.creditorFiscalCode,
    creditorName: payment.creditorName,
    ...given('officeName', payment.officeName),
    noticeNumber: payment.noticeNumber,
    iuv: payment.iuv,
    amount: payment.amount,
    description: payment.description,
    debtor: payment.debtor,
    ...given('payer', payment.payer),
    transfers: payment.transfers.map((transfer) => named(transfer, payment, names)),
    ...given('metadata', payment.metadata),
    pspCode: payment.pspCode,
    pspName: payment.pspName || names.psp?.name || payment.pspCode,
    ...given('pspFiscalCode', pspFiscalCode),
    channelCode: payment.channelCode,
    ...given('paymentChannel', payment.paymentChannel),
    ...given('paymentMethod', payment.paymentMethod),
    ...given('paymentNote', payment.paymentNote),
    ...given('fee', payment.fee),
    ...given('pspVatNumber', payment.pspVatNumber),
    ...given('primaryCreditorFee', payment.primaryCreditorFee),
    ...given('bundleId', payment.bundleId),
    ...given('creditorBundleId', payment.creditorBundleId),
    ...given('cart', payment.cart),
    paidAt: (payment.outcomeAt === undefined ? undefined : parseInstant(payment.outcomeAt)) ?? bookedAt,
    ...given('applicationDate', payment.applicationDate),
    ...given('transferDate', payment.transferDate),
    standIn: payment.standIn,
    creditorBrokerCode: payment.creditorBrokerCode,
    stationCode: payment.stationCode,
  };
}

function named(transfer: Transfer, payment: PaymentSnapshot, names: PartyNames): Transfer {
  const { creditorFiscalCode } = transfer;
  const own = creditorFiscalCode === payment.creditorFiscalCode ? payment.creditorName : undefined;
  const name = transfer.creditorName || own || names.creditors.get(creditorFiscalCode);
  return { ...transfer, ...given('creditorName', name) };
}

/** An optional property, left out when it has no value: what is kept as JSON should not say null. */
function given<Key extends string, Value>(key: Key, value: Value | undefined): { [Name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [Name in Key]?: Value });
}
