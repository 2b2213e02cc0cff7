/** What a PSP has to report: it knows its payments from its own books, which are the ledger of the run. */
import { operativeDayBounds, operativeDayOf } from '@nodo-aperto/kernel/calendar';
import { noticeNumberParts } from '@nodo-aperto/kernel/identifiers';
import type { NoticeNumber } from '@nodo-aperto/kernel/identifiers';
import type { LocalDate } from '@nodo-aperto/kernel/time';
import type { AttemptEntry, RunLedger } from '../ledger/index.ts';

/** One payment as its PSP reports it. */
export interface FlowPayment {
  readonly paymentToken: string;
  /** The creditor's reference. */
  readonly iuv: string;
  /** Euro cents. */
  readonly amount: number;
  readonly standIn: boolean;
  /** Whether the platform took the outcome after the token had expired. */
  readonly late: boolean;
  /** Epoch milliseconds at which the outcome was sent. */
  readonly paidAt: number;
}

/** Everything for one flow: one creditor, one operative day. */
export interface FlowContent {
  readonly creditorFiscalCode: string;
  readonly operativeDay: LocalDate;
  readonly payments: readonly FlowPayment[];
}

/** An outcome OK was booked: taken, or taken although the token had expired (Domain facts, Payments §2.3). */
const BOOKED: readonly string[] = ['OK', 'PPT_TOKEN_SCADUTO'];

/**
 * What the PSP booked on operative days that have closed, and has not reported, by creditor and day. An operative day closes at 13:00
 * (Domain facts, Reporting §1.7).
 * @param reported tokens that are in a flow already
 */
export function closedPayments(
  ledger: RunLedger,
  { pspCode, now, reported }: { readonly pspCode: string; readonly now: number; readonly reported: ReadonlySet<string> },
): readonly FlowContent[] {
  const attempts = ledger.of('ATTEMPT').filter((each) => each.pspCode === pspCode && each.paymentToken !== undefined);
  const activated = new Map(
    attempts.filter(({ step, answer }) => step === 'ACTIVATE' && answer === 'OK').map((each) => [each.paymentToken, each]),
  );
  const flows = new Map<string, { creditorFiscalCode: string; operativeDay: LocalDate; payments: FlowPayment[] }>();
  const seen = new Set(reported);
  for (const outcome of attempts.filter(isBooked)) {
    const { paymentToken = '', creditorFiscalCode } = outcome;
    const activation = activated.get(paymentToken);
    const operativeDay = operativeDayOf(outcome.at);
    if (activation === undefined || seen.has(paymentToken) || !hasClosed(operativeDay, now)) continue;
    seen.add(paymentToken);
    const key = `${creditorFiscalCode} ${operativeDay}`;
    const flow = flows.get(key) ?? { creditorFiscalCode, operativeDay, payments: [] };
    flow.payments.push(paymentOf(activation, outcome));
    flows.set(key, flow);
  }
  return [...flows.values()];
}

function isBooked({ step, sent, answer }: AttemptEntry): boolean {
  return step === 'OUTCOME' && sent === 'OK' && BOOKED.includes(answer);
}

function hasClosed(day: LocalDate, now: number): boolean {
  return (operativeDayBounds(day)?.before ?? Number.POSITIVE_INFINITY) <= now;
}

function paymentOf(activation: AttemptEntry, outcome: AttemptEntry): FlowPayment {
  return {
    paymentToken: activation.paymentToken ?? '',
    iuv: noticeNumberParts(activation.noticeNumber as NoticeNumber).iuv,
    amount: activation.amount ?? 0,
    standIn: activation.standIn === true,
    late: outcome.answer !== 'OK',
    paidAt: outcome.at,
  };
}
