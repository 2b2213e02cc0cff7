/** A payment as an outcome leaves it, with the fact that tells of it. */
import type { Outbox } from '@nodo-aperto/kernel/events';
import { type NoticePaymentStatus, paymentBooked, paymentFailed, type PaymentSnapshot, type Transfer } from '@nodo-aperto/schema/events';
import { assertNoticeTransition } from '../domain/notice-status.ts';
import type { BoughtStamp } from '../domain/outcome-details.ts';
import type { OutcomeDecision } from '../domain/outcome-decision.ts';
import { assertPaymentTransition } from '../domain/payment-status.ts';
import { type PaymentRecord, snapshotOf } from '../persistence/payment-record.ts';
import type { Move } from '../persistence/payment-queries.ts';
import type { OutcomeRequest } from './send-payment-outcome.ts';

/** What an outcome says, and what was decided about one of its tokens. */
export interface Settling extends Pick<OutcomeRequest, 'outcome' | 'details'> {
  /** That something changes. */
  readonly decision: OutcomeDecision;
  /** The payments that were booked together with this one. */
  readonly cart: PaymentSnapshot['cart'];
}

export function settledPayment(outbox: Outbox, before: PaymentRecord, settling: Settling, now: Date): Move {
  const { decision, outcome, details, cart } = settling;
  const { effect, late } = decision;
  const stamps = details?.marcheDaBollo?.filter(({ paymentToken }) => paymentToken === before.paymentToken) ?? [];
  const payment: PaymentRecord = {
    ...before,
    transfers: stamps.length === 0 ? before.transfers : before.transfers.map((transfer) => stamped(transfer, stamps)),
    status: effect === 'BOOK' ? 'PAID' : 'FAILED',
    outcome,
    outcomeAt: now,
    late,
    paymentMethod: details?.paymentMethod,
    paymentChannel: details?.paymentChannel,
    fee: details?.fee,
    primaryCreditorFee: details?.primaryCiIncurredFee,
    bundleId: details?.idBundle,
    creditorBundleId: details?.idCiBundle,
    payer: details?.payer,
    applicationDate: details?.applicationDate,
    transferDate: details?.transferDate,
    revision: before.revision + 1,
  };
  assertPaymentTransition(before.status, payment.status);
  const contract = effect === 'BOOK' ? paymentBooked : paymentFailed;
  const fact = outbox.encode([{ contract, data: { ...snapshotOf(payment), ...(effect === 'BOOK' && cart && { cart }) } }]);
  return { payment, noticeStatus: noticeStatusAfter(before, decision), now, fact, stamped: stamps.length > 0 };
}

function stamped(transfer: Transfer, stamps: readonly BoughtStamp[]): Transfer {
  const bought = stamps.find(({ idTransfer }) => idTransfer === transfer.idTransfer);
  return bought ? { ...transfer, stampAttachment: bought.MBDAttachment } : transfer;
}

/** The notice follows its token; one whose token had expired is free already, and a late KO leaves it so. */
function noticeStatusAfter(before: PaymentRecord, { effect }: OutcomeDecision): NoticePaymentStatus | undefined {
  const from = before.status === 'PAYING' ? 'PAYING' : 'INSERTED';
  const to = effect === 'BOOK' ? 'PAID' : 'INSERTED';
  if (from === to) return undefined;
  assertNoticeTransition(from, to);
  return to;
}
