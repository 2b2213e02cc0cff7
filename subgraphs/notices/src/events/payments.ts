/** Projection of booked payments: the notices that they pay. */
import { type ConsumerDefinition, dataOf, type Outbox, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type Clock, parseInstant, toLocalDate } from '@nodo-aperto/kernel/time';
import { paymentBooked, type PaymentSnapshot } from '@nodo-aperto/schema/events';
import { wasInAca } from '../domain/aca-coverage.ts';
import { bookPayment } from '../domain/book-payment.ts';
import { type DebtPosition, type NoticePayment, placedNotice } from '../domain/position.ts';
import { reportTransfer } from '../domain/report-transfer.ts';
import { addCoverage, type CoverageDay } from '../persistence/coverage.ts';
import { type EarlyReport, takeEarlyReports } from '../persistence/early-reports.ts';
import { lockPositions } from '../persistence/position-store.ts';
import { changeMany } from './change-many.ts';

interface Keeping {
  outbox: Outbox;
  clock: Clock;
}

/** Pays the notices that are kept here; payments of others are not this subgraph's. Repeats change nothing (see `bookPayment`). */
export function paymentsConsumer({ outbox, clock }: Keeping): ConsumerDefinition {
  const apply = async (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> => {
    const booked = events.map((event) => ({ payment: dataOf(paymentBooked, event), statedAt: parseInstant(event.time) ?? clock.now() }));
    const positions = await lockPositions(
      transaction,
      booked.map(({ payment: { creditorFiscalCode, noticeNumber } }) => ({ creditorFiscalCode, noticeNumber })),
    );
    const early = await takeEarlyReports(
      transaction,
      booked.map(({ payment }) => payment.paymentToken),
    );
    await addCoverage(
      transaction,
      booked.map(({ payment }) => coverageOf(payment, positions)),
    );
    await changeMany(transaction, outbox, clock.now(), positions, (current) => {
      for (const { payment, statedAt } of booked) {
        current.change(payment, (position) => withPayment(position, payment, statedAt, early));
      }
    });
  };
  return {
    name: 'notices.payments',
    source: 'payments',
    names: [paymentBooked.name],
    handle: (event, transaction) => apply([event], transaction),
    handleBatch: apply,
  };
}

/** Counts a payment on the day on which it was activated. */
function coverageOf(payment: PaymentSnapshot, positions: readonly DebtPosition[]): CoverageDay {
  const { creditorFiscalCode, noticeNumber, standIn } = payment;
  const activatedAt = parseInstant(payment.activatedAt) ?? 0;
  const position = positions.find((each) => each.creditorFiscalCode === creditorFiscalCode && placedNotice(each, noticeNumber));
  const createdAt = position && placedNotice(position, noticeNumber)?.instalment.createdAt;
  const notice = position && createdAt !== undefined ? { aca: position.aca, createdAt } : undefined;
  const inAca = wasInAca(notice, activatedAt) ? 1 : 0;
  return { creditorFiscalCode, day: toLocalDate(activatedAt), payments: 1, inAca, standIn: standIn ? 1 : 0 };
}

function withPayment(position: DebtPosition, payment: PaymentSnapshot, statedAt: number, early: readonly EarlyReport[]): DebtPosition {
  const placed = placedNotice(position, payment.noticeNumber);
  if (!placed) return position;
  let changed = bookPayment(position, placed, paymentOf(payment, statedAt));
  for (const { paymentToken, beneficiaryFiscalCode, idTransfer, flow, reportedAt } of early) {
    const now = placedNotice(changed, payment.noticeNumber);
    if (!now || paymentToken !== payment.paymentToken || now.instalment.payment?.token !== paymentToken) continue;
    const transfer = now.instalment.transfers.find(
      (each) => each.idTransfer === idTransfer && each.creditorFiscalCode === beneficiaryFiscalCode,
    );
    if (transfer) changed = reportTransfer(changed, now, idTransfer, { flow, at: reportedAt });
  }
  return changed;
}

function paymentOf(payment: PaymentSnapshot, statedAt: number): NoticePayment & { token: string } {
  const outcomeAt = payment.outcomeAt === undefined ? undefined : parseInstant(payment.outcomeAt);
  return {
    at: outcomeAt ?? statedAt,
    token: payment.paymentToken,
    pspName: payment.pspName,
    ...(payment.paymentMethod !== undefined && { method: payment.paymentMethod }),
    ...(payment.fee !== undefined && { fee: payment.fee }),
  };
}
