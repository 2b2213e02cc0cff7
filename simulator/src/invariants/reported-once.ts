/**
 * Every transfer of a booked payment is reported by one flow in force, never by two; and where a PSP has reported an operative day to a creditor,
 * nothing of that day is missing. Source: Domain facts, Reporting §1.1, §1.2 and §9.
 */
import { operativeDayOf } from '@nodo-aperto/kernel/calendar';
import { parseInstant } from '@nodo-aperto/kernel/time';
import { isBooked } from './platform-books.ts';
import type { FlowWithLines } from './platform-books.ts';
import type { BookedPayment } from './platform-queries.ts';
import type { Finding, Invariant, InvariantContext } from './types.ts';

export const reportedOnce: Invariant = {
  name: 'every booked payment is reported once',
  page: 'docs/invariants.md#reported-once',
  async check(context) {
    if (!context.final) return [];
    const flows = await context.books.flows();
    const reports = reportsOf(flows);
    const payments = flows.length > 0 || context.ledger.of('FLOW').length > 0 ? await context.books.payments() : [];
    return [...reportedTwice(reports, payments), ...notReported(context, reports, payments)];
  },
};

/** The flows that report each transfer. */
function reportsOf(flows: readonly FlowWithLines[]): ReadonlyMap<string, readonly string[]> {
  const reports = new Map<string, string[]>();
  for (const { name, lines } of flows) {
    for (const line of lines) {
      // A line that reports money given back stands beside the one that it takes back.
      if (line.outcome === 'REVOKED') continue;
      const key = keyOf(line.iur, line.idTransfer);
      reports.set(key, [...(reports.get(key) ?? []), name]);
    }
  }
  return reports;
}

function reportedTwice(reports: ReadonlyMap<string, readonly string[]>, payments: readonly BookedPayment[]): Finding[] {
  const byToken = new Map(payments.map((payment) => [payment.paymentToken, payment]));
  return [...reports]
    .filter(([, names]) => names.length > 1)
    .map(([key, names]) => {
      const notice = byToken.get(key.split(' ')[0] ?? '');
      return { what: `Transfer ${key} is reported by the flows ${names.join(', ')}.`, ...(notice && { notice }) };
    });
}

/** What was booked on a day that its PSP has reported, before it did, and is in no flow. */
function notReported(
  { ledger }: InvariantContext,
  reports: ReadonlyMap<string, readonly string[]>,
  payments: readonly BookedPayment[],
): Finding[] {
  const reported = ledger.of('FLOW').filter(({ answer }) => answer === 'OK');
  // A PSP that never heard that its outcome was taken cannot report the payment.
  const heard = new Set(
    ledger
      .of('ATTEMPT')
      .flatMap(({ step, answer, paymentToken }) => (step === 'OUTCOME' && BOOKED.has(answer) ? (paymentToken ?? []) : [])),
  );
  const owed = payments.filter((payment) => isBooked(payment) && heard.has(payment.paymentToken));
  return owed.flatMap((payment) =>
    payment.transfers
      .filter(({ idTransfer }) => !reports.has(keyOf(payment.paymentToken, idTransfer)))
      .flatMap(({ idTransfer, creditorFiscalCode }) => {
        const bookedAt = parseInstant(payment.outcomeAt ?? '') ?? Number.POSITIVE_INFINITY;
        const flow = reported.find(
          (each) =>
            each.pspCode === payment.pspCode &&
            each.creditorFiscalCode === creditorFiscalCode &&
            bookedAt <= each.at &&
            operativeDayOf(bookedAt) === each.operativeDay,
        );
        if (flow === undefined) return [];
        const what = `Transfer ${keyOf(payment.paymentToken, idTransfer)} of ${flow.operativeDay} is in no flow, although ${flow.pspCode} has reported that day in ${flow.flowName}.`;
        return [{ what, notice: payment }];
      }),
  );
}

/** Answers to an outcome that was booked. */
const BOOKED: ReadonlySet<string> = new Set(['OK', 'PPT_TOKEN_SCADUTO']);

function keyOf(token: string, idTransfer: number): string {
  return `${token} ${idTransfer}`;
}
