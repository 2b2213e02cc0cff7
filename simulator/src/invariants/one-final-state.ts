/**
 * Every token ends in one final state: an OK that the platform accepted is booked, a KO has failed, and nothing that is settled changes again.
 * A token without an outcome may still be in progress until it expires; a cancelled one may still be settled by a late outcome.
 * Source: Domain facts, Payments §2.6 and §2.7.
 */
import { MINUTE, parseInstant } from '@nodo-aperto/kernel/time';
import { isBooked } from './platform-books.ts';
import type { BookedPayment } from './platform-queries.ts';
import type { Finding, Invariant, InvariantContext } from './types.ts';

export const oneFinalState: Invariant = {
  name: 'every token ends in one final state',
  page: 'docs/invariants.md#one-final-state',
  async check(context) {
    const found = contradictions(context);
    if (!context.final) return found;
    const payments = await context.books.payments();
    return [...found, ...unsettled(context, payments), ...payments.flatMap(changedAfterwards), ...leftOpen(context, payments)];
  },
};

/** Events that settle a token both ways. */
function contradictions({ ledger }: InvariantContext): Finding[] {
  const settled = new Map<string, 'BOOKED' | 'FAILED'>();
  return ledger.of('EVENT').flatMap((event) => {
    const way = wayOf(event);
    if (way === undefined) return [];
    const before = settled.get(event.paymentToken);
    settled.set(event.paymentToken, way);
    if (before === undefined || before === way) return [];
    return [{ what: `Token ${event.paymentToken} was ${before} and then ${way}.`, notice: event }];
  });
}

function wayOf(of: { readonly status: string }): 'BOOKED' | 'FAILED' | undefined {
  return isBooked(of) ? 'BOOKED' : of.status === 'FAILED' ? 'FAILED' : undefined;
}

/** Outcomes that were accepted, and what the platform made of them. */
function unsettled({ ledger }: InvariantContext, payments: readonly BookedPayment[]): Finding[] {
  const byToken = new Map(payments.map((payment) => [payment.paymentToken, payment]));
  return ledger.of('ATTEMPT').flatMap((attempt) => {
    const { step, sent, answer, paymentToken } = attempt;
    if (step !== 'OUTCOME' || answer !== 'OK' || paymentToken === undefined) return [];
    const payment = byToken.get(paymentToken);
    const right = payment !== undefined && (sent === 'OK' ? isBooked(payment) : payment.status === 'FAILED');
    if (right) return [];
    const state = payment?.status ?? 'unknown to the platform';
    return [{ what: `Outcome ${sent} of token ${paymentToken} was accepted, but it is ${state}.`, notice: attempt }];
  });
}

/** What follows in the history after a token was settled: only the ways of its receipt may. */
function changedAfterwards(payment: BookedPayment): Finding[] {
  const settledAt = payment.statusHistory.findIndex((each) => wayOf(each) !== undefined);
  const [first, ...later] = settledAt < 0 ? [] : payment.statusHistory.slice(settledAt);
  const changed = first && later.find((each) => wayOf(each) !== 'BOOKED' || wayOf(first) !== 'BOOKED');
  if (changed === undefined) return [];
  return [{ what: `Token ${payment.paymentToken} was ${first?.status} and became ${changed.status}.`, notice: payment }];
}

/** The platform looks for expired tokens every few seconds; none stays open for minutes. */
const EXPIRY_GRACE_MS = 10 * MINUTE;

/** Tokens that have expired by the last thing that the simulator saw and are still open. */
function leftOpen({ ledger }: InvariantContext, payments: readonly BookedPayment[]): Finding[] {
  const last = ledger.entries().at(-1)?.at ?? 0;
  return payments
    .filter(({ status, expiresAt }) => status === 'PAYING' && (parseInstant(expiresAt) ?? last) + EXPIRY_GRACE_MS < last)
    .map((payment) => ({ what: `Token ${payment.paymentToken} expired at ${payment.expiresAt} and is still PAYING.`, notice: payment }));
}
