/** From what is read to what the graph shows, cut to what the caller may see. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { Subject } from '@nodo-aperto/schema/events';
import { citizenIdOf, showsCart } from '../domain/cart.ts';
import { sentenceOf } from '../domain/delivery-failure.ts';
import { fetchPath } from '../domain/fetch-path.ts';
import type { ReceiptContent } from '../domain/receipt.ts';
import { subjectText } from '../domain/subject-text.ts';
import { type ReceiptView, showsDebtor, showsEvidence, showsPayer, showsRecipients } from '../domain/visibility.ts';
import { reasonOf, waitingFor } from '../domain/waiting-for.ts';
import type { RecipientRow } from '../persistence/tables.ts';
import type { QueueItem, ReceiptFound } from '../services/read-receipts.ts';
import type { StationQueue } from '../persistence/queue-totals.ts';
import type { ReceiptQueueItemType, StationReceiptQueueType } from './queue-types.ts';
import type { ReceiptCartType, ReceiptPersonType, ReceiptRecipientType, ReceiptType } from './receipt-types.ts';

export interface Viewer {
  readonly principal: Principal | undefined;
  readonly now: number;
}

export function presentReceipt({ row, recipients }: ReceiptFound, viewer: Viewer & { readonly view: ReceiptView }): ReceiptType {
  const { content } = row;
  const { view } = viewer;
  return {
    id: row.receiptId,
    payment: { paymentToken: row.receiptId },
    notice: { creditorFiscalCode: row.creditorFiscalCode, noticeNumber: row.noticeNumber },
    creditor: { fiscalCode: row.creditorFiscalCode },
    psp: { code: row.pspCode },
    creditorFiscalCode: row.creditorFiscalCode,
    creditorName: content.creditorName,
    officeName: content.officeName,
    noticeNumber: row.noticeNumber,
    iuv: row.iuv,
    amount: content.amount,
    description: content.description,
    subject: subjectText(content),
    transfers: content.transfers.map((transfer) => ({ ...transfer })),
    pspName: content.pspName,
    pspFiscalCode: content.pspFiscalCode,
    pspVatNumber: content.pspVatNumber,
    paidAt: content.paidAt,
    applicationDate: content.applicationDate,
    transferDate: content.transferDate,
    standIn: content.standIn,
    createdAt: fromDate(row.createdAt),
    ...(showsDebtor(view) && { debtor: presentPerson(content.debtor) }),
    ...(showsPayer(view) && {
      ...(content.payer && { payer: presentPerson(content.payer) }),
      paymentMethod: content.paymentMethod,
      paymentChannel: content.paymentChannel,
      fee: content.fee,
    }),
    ...(showsRecipients(view) && {
      recipients: recipients.map((recipient) => presentRecipient(recipient, { ...viewer, iuv: row.iuv })),
      ...(row.completedAt && { completedAt: fromDate(row.completedAt) }),
    }),
    ...(view === 'PAYER' || view === 'DEBTOR'
      ? { callerIs: view, citizenId: citizenIdOf(content, view), ...(showsCart(view) && cartOf(content)) }
      : { primaryCreditorFee: content.primaryCreditorFee, bundleId: content.bundleId, creditorBundleId: content.creditorBundleId }),
  };
}

function presentPerson({ type, fiscalCode, fullName }: Subject): ReceiptPersonType {
  return { type, fiscalCode, fullName };
}

function cartOf({ cart }: ReceiptContent): { cart?: ReceiptCartType } {
  return cart ? { cart: { cartId: cart.id, payments: cart.payments, amount: cart.amount } } : {};
}

/** @param viewer.iuv the reference of the receipt, which a path to it needs */
function presentRecipient(row: RecipientRow, { principal, now, iuv }: Viewer & { readonly iuv?: string }): ReceiptRecipientType {
  const underWay = isUnderWay(row, now);
  const evidence = showsEvidence(principal, row);
  return {
    creditorFiscalCode: row.creditorFiscalCode,
    creditor: { fiscalCode: row.creditorFiscalCode },
    station: { code: row.stationCode },
    status: row.status,
    attempts: row.attempts,
    ...(row.nextAttemptAt && !underWay && { nextAttemptAt: fromDate(row.nextAttemptAt) }),
    exhausted: row.exhaustedAt !== null && row.exhaustedAt !== undefined,
    ...(row.deliveredAt && { deliveredAt: fromDate(row.deliveredAt) }),
    kept: row.kept,
    ...(evidence && lastErrorOf(row)),
    ...(evidence && iuv !== undefined && { fetchPath: fetchPath(row.creditorFiscalCode, { receiptId: row.receiptId, iuv }) }),
    ...(evidence && row.fetchedAt && { fetchedAt: fromDate(row.fetchedAt) }),
    receiptId: row.receiptId,
    stationCode: row.stationCode,
    underWay,
    evidence,
  };
}

function isUnderWay(row: RecipientRow, now: number): boolean {
  return row.claimedUntil !== null && row.claimedUntil !== undefined && fromDate(row.claimedUntil) > now;
}

function lastErrorOf({ errorCode, errorDetail }: RecipientRow): { lastError?: string } {
  return errorCode ? { lastError: sentenceOf({ code: errorCode, detail: errorDetail ?? '' }) } : {};
}

/** Of an item of the queue the caller sees all: it is the recipient, its broker, or an operator. */
export function presentQueueItem({ recipient, iuv, station }: QueueItem, viewer: Viewer): ReceiptQueueItemType {
  const shown = presentRecipient(recipient, { ...viewer, iuv });
  const waits = waitingFor(shown, station?.standIn ?? false) ?? 'FIRST_ATTEMPT';
  return {
    recipient: shown,
    since: fromDate(recipient.createdAt),
    waitingFor: waits,
    reason: reasonOf(waits, { ...lastErrorOf(recipient), ...(station && { standInReason: station.reason }) }),
    nextAttemptAt: shown.nextAttemptAt,
    receiptId: recipient.receiptId,
  };
}

export function presentStationQueue(queue: StationQueue): StationReceiptQueueType {
  const { stationCode, nextAttemptAt, standInReason, lastError, total, untried, underWay, retrying, exhausted, since, standIn } = queue;
  return {
    station: { code: stationCode },
    total,
    untried,
    underWay,
    retrying,
    exhausted,
    since,
    standIn,
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    ...(standInReason !== undefined && { standInReason }),
    ...(lastError && { lastError: sentenceOf(lastError) }),
  };
}
