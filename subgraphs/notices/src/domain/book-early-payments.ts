import { bookPayment } from './book-payment.ts';
import { type DebtPosition, instalmentsOf, type NoticePayment, placedNotice } from './position.ts';
import { reportTransfer } from './report-transfer.ts';

/** A transfer that a reporting flow has, of a payment whose notice was not settled then. */
export interface ReportedTransfer {
  beneficiaryFiscalCode: string;
  idTransfer: number;
  flow: string;
  /** Epoch milliseconds. */
  reportedAt: number;
}

/** A booked payment, with what flows have reported of it. */
export interface EarlyPayment {
  readonly payment: NoticePayment & { token: string };
  readonly reports: readonly ReportedTransfer[];
}

/**
 * A notice that comes into the archive after it was paid is paid from the start, and reported as far as flows have its transfers: nobody
 * may be asked to pay it again. Source: Domain facts, Payments §4.2 (loading must be contextual, but comes late at times), §4.4.
 *
 * @param early by notice number; numbers that are not the position's are left alone
 */
export function bookEarlyPayments(position: DebtPosition, early: ReadonlyMap<string, EarlyPayment>): DebtPosition {
  return instalmentsOf(position).reduce((paid, { instalment: { noticeNumber } }) => {
    const found = early.get(noticeNumber);
    return found ? bookReported(paid, noticeNumber, found) : paid;
  }, position);
}

/** Books a payment together with what flows have reported of it. */
export function bookReported(position: DebtPosition, noticeNumber: string, { payment, reports }: EarlyPayment): DebtPosition {
  const placed = placedNotice(position, noticeNumber);
  if (!placed) return position;
  return reports.reduce(
    (changed, { idTransfer, beneficiaryFiscalCode, flow, reportedAt }) => {
      const now = placedNotice(changed, noticeNumber);
      const isOfFlow = now?.instalment.transfers.some(
        (each) => each.idTransfer === idTransfer && each.creditorFiscalCode === beneficiaryFiscalCode,
      );
      return now?.instalment.payment?.token === payment.token && isOfFlow
        ? reportTransfer(changed, now, idTransfer, { flow, at: reportedAt })
        : changed;
    },
    bookPayment(position, placed, payment),
  );
}
