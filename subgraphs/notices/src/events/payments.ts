/** Projection of booked payments: the notices that they pay. */
import { type ConsumerDefinition, dataOf, type Outbox, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type Clock, parseInstant, toLocalDate } from '@nodo-aperto/kernel/time';
import { paymentBooked, type PaymentSnapshot } from '@nodo-aperto/schema/events';
import { wasInAca } from '../domain/aca-coverage.ts';
import { bookReported } from '../domain/book-early-payments.ts';
import { type DebtPosition, instalmentsOf, type NoticePayment, placedNotice } from '../domain/position.ts';
import { addCoverage, type CoverageDay } from '../persistence/coverage.ts';
import { holdArrivalsOfMissing, keepEarlyPayments } from '../persistence/early-payments.ts';
import { shareBooking, takeEarlyReports } from '../persistence/early-reports.ts';
import { lockPositions } from '../persistence/position-store.ts';
import { changeMany } from './change-many.ts';

interface Keeping {
  outbox: Outbox;
  clock: Clock;
}

/**
 * Pays the notices that are kept here. A payment of another waits for its notice, which may be loaded at this moment, or later.
 * Repeats change nothing (see `bookPayment`).
 */
export function paymentsConsumer({ outbox, clock }: Keeping): ConsumerDefinition {
  const apply = async (events: readonly PlatformEvent[], transaction: Transaction): Promise<void> => {
    const booked = events.map((event) => ({ payment: dataOf(paymentBooked, event), statedAt: parseInstant(event.time) ?? clock.now() }));
    const keys = booked.map(({ payment: { creditorFiscalCode, noticeNumber } }) => ({ creditorFiscalCode, noticeNumber }));
    await shareBooking(transaction);
    await holdArrivalsOfMissing(transaction, keys);
    const positions = await lockPositions(transaction, keys);
    const kept = new Set(
      positions.flatMap((position) =>
        instalmentsOf(position).map(({ instalment }) => keyOf({ ...position, noticeNumber: instalment.noticeNumber })),
      ),
    );
    const isKept = ({ payment }: { payment: PaymentSnapshot }): boolean => kept.has(keyOf(payment));
    const unplaced = booked.filter((each) => !isKept(each));
    await keepEarlyPayments(
      transaction,
      unplaced.map(({ payment, statedAt }) => ({ ...payment, payment: paymentOf(payment, statedAt) })),
    );
    const reports = await takeEarlyReports(
      transaction,
      booked.filter(isKept).map(({ payment }) => payment.paymentToken),
    );
    await addCoverage(
      transaction,
      booked.map(({ payment }) => coverageOf(payment, positions)),
    );
    await changeMany(transaction, outbox, clock.now(), positions, (current) => {
      for (const { payment, statedAt } of booked) {
        const early = {
          payment: paymentOf(payment, statedAt),
          reports: reports.filter((each) => each.paymentToken === payment.paymentToken),
        };
        current.change(payment, (position) => bookReported(position, payment.noticeNumber, early));
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

const keyOf = ({ creditorFiscalCode, noticeNumber }: { creditorFiscalCode: string; noticeNumber: string }): string =>
  `${creditorFiscalCode}/${noticeNumber}`;

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
