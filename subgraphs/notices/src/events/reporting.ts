/** Projection of reporting flows: which transfers of which notices they have. */
import { type ConsumerDefinition, dataOf, type Outbox, type PlatformEvent } from '@nodo-aperto/kernel/events';
import type { Transaction } from '@nodo-aperto/kernel/database';
import { type Clock, parseInstant } from '@nodo-aperto/kernel/time';
import { flowPaymentsReported } from '@nodo-aperto/schema/events';
import { placedNotice } from '../domain/position.ts';
import { reportTransfer } from '../domain/report-transfer.ts';
import { holdArrivalsOfPayments, waitingPayments } from '../persistence/early-payments.ts';
import { type EarlyReport, findReportedNotices, keepEarlyReports } from '../persistence/early-reports.ts';
import { lockPositions } from '../persistence/position-store.ts';
import { changeMany } from './change-many.ts';

/** A line of a flow says that nothing was paid in the end. Source: Domain facts, Reporting §1.2 (code 3). */
const NOT_PAID = 'REVOKED';

/**
 * Marks the transfers that a flow reports, by beneficiary, IUV and payment token (IUR). A line that comes before its booked payment,
 * or whose payment waits for its notice, waits as well. Flows of one creditor may report transfers of another creditor's notice. Repeats change nothing (see `reportTransfer`).
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
      const tokens = reports.map(({ paymentToken }) => paymentToken);
      await holdArrivalsOfPayments(transaction, tokens);
      const found = await findReportedNotices(transaction, reports);
      // Locked before it is decided: a payment that is being booked at this moment has then been seen, or will see what is kept for it.
      const positions = await lockPositions(transaction, found);
      const early: EarlyReport[] = [];
      await changeMany(transaction, outbox, clock.now(), positions, (current) => {
        for (const each of found) {
          current.change(each, (position) => {
            const placed = placedNotice(position, each.noticeNumber);
            const { report } = each;
            const token = placed?.instalment.payment?.token;
            if (token === undefined) early.push(report);
            return placed && token === report.paymentToken
              ? reportTransfer(position, placed, report.idTransfer, { flow: report.flow, at: report.reportedAt })
              : position;
          });
        }
      });
      const waiting = await waitingPayments(transaction, tokens);
      early.push(...reports.filter(({ paymentToken }) => waiting.has(paymentToken)));
      await keepEarlyReports(transaction, early);
    },
  };
}
