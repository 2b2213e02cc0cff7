/** Projection of reporting flows: which transfers of which notices they have. */
import { type ConsumerDefinition, dataOf, type Outbox, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type Clock, parseInstant } from '@nodo-aperto/kernel/time';
import { flowPaymentsReported } from '@nodo-aperto/schema/events';
import { placedNotice } from '../domain/position.ts';
import { reportTransfer } from '../domain/report-transfer.ts';
import { holdArrivalsOfPayments } from '../persistence/early-payments.ts';
import { type EarlyReport, findReportedNotices, holdBooking, keepEarlyReports } from '../persistence/early-reports.ts';
import { lockPositions } from '../persistence/position-store.ts';
import { changeMany } from './change-many.ts';

/** A line of a flow says that nothing was paid in the end. Source: Domain facts, Reporting §1.2 (code 3). */
const NOT_PAID = 'REVOKED';

/**
 * Marks the transfers that a flow reports, by beneficiary, IUV and payment token (IUR). A line that comes before its booked payment, before its
 * notice, or before both, waits for them. Flows of one creditor may report transfers of another creditor's notice. Repeats change nothing (see
 * `reportTransfer`).
 */
export function reportingConsumer({ outbox, clock }: { outbox: Outbox; clock: Clock }): ConsumerDefinition {
  return {
    name: 'notices.reporting',
    source: 'reporting',
    names: [flowPaymentsReported.name],
    async handle(event: PlatformEvent, transaction: Transaction): Promise<void> {
      const flow = dataOf(flowPaymentsReported, event);
      const reports = flow.lines
        .filter((line) => line.outcome !== NOT_PAID)
        .map(
          (line): EarlyReport => ({
            beneficiaryFiscalCode: flow.creditorFiscalCode,
            iuv: line.iuv,
            paymentToken: line.iur,
            idTransfer: line.idTransfer,
            flow: flow.name,
            reportedAt: parseInstant(event.time) ?? clock.now(),
          }),
        );
      await holdBooking(transaction);
      await holdArrivalsOfPayments(
        transaction,
        reports.map(({ paymentToken }) => paymentToken),
      );
      const found = await findReportedNotices(transaction, reports);
      // Locked before it is decided: a payment that is being booked at this moment has then been seen, or will see what is kept for it.
      const positions = await lockPositions(transaction, found);
      const placed = new Set<EarlyReport>();
      await changeMany(transaction, outbox, clock.now(), positions, (current) => {
        for (const { creditorFiscalCode, noticeNumber, report } of found) {
          current.change({ creditorFiscalCode, noticeNumber }, (position) => {
            const reported = placedNotice(position, noticeNumber);
            if (reported?.instalment.payment?.token !== report.paymentToken) return position;
            placed.add(report);
            return reportTransfer(position, reported, report.idTransfer, { flow: report.flow, at: report.reportedAt });
          });
        }
      });
      await keepEarlyReports(
        transaction,
        reports.filter((report) => !placed.has(report)),
      );
    },
  };
}
