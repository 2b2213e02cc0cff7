/**
 * What the FdR KPIs count: a unit is a distinct (PSP, broker, creditor of the transfer) on a day of payments. It is absent when any of its
 * transfers is in no published flow, and late when the first flow that reports one of them came after the due day.
 * Source: domain facts, Reporting section 2.1 (FdR unit) and 1.7 (due day, the documents' reading).
 */
import { reportingDeadlines } from '@nodo-aperto/kernel/calendar';

/** A transfer of a booked payment and what flows say of it. Instants are epoch milliseconds. */
export interface TransferEvidence {
  paymentToken: string;
  idTransfer: number;
  paidAt: number;
  /** When a flow first reported it; undefined while none has. */
  firstReportedAt?: number;
}

export interface ReportingUnit {
  brokerCode: string;
  creditorFiscalCode: string;
  /** YYYY-MM-DD, Italian time. */
  paymentDay: string;
  transfers: readonly TransferEvidence[];
}

/** Whether the unit is a fault of NRFDR. While the due day lasts nothing is missing yet. */
export function isAbsent(unit: ReportingUnit, now: number): boolean {
  return unit.transfers.some((transfer) => transfer.firstReportedAt === undefined && reportingDeadlines(transfer.paidAt).lateFrom <= now);
}

/** Whether the unit is a fault of LFDR. What is absent is not late: it is a fault of the other KPI. */
export function isLate(unit: ReportingUnit): boolean {
  return unit.transfers.some(
    (transfer) => transfer.firstReportedAt !== undefined && transfer.firstReportedAt >= reportingDeadlines(transfer.paidAt).lateFrom,
  );
}
