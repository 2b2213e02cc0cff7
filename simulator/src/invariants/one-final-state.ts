/**
 * Every token ends in one final state: an OK that the platform accepted is booked, a KO has failed, and nothing that is settled changes again.
 * A token without an outcome may still be in progress until it expires; a cancelled one may still be settled by a late outcome.
 */
import { allPayments, isBooked } from './platform-books.ts';
import type { BookedPayment } from './platform-books.ts';
import type { Invariant, InvariantContext, Violation } from './types.ts';

export const oneFinalState: Invariant = {
  name: 'every token ends in one final state',
  page: 'docs/simulate.md#one-final-state',
  async check(context) {
    const violations = contradictions(context);
    return context.final ? [...violations, ...unsettled(context, await allPayments(context.platform))] : violations;
  },
};

/** Events that settle a token both ways. */
function contradictions({ ledger }: InvariantContext): Violation[] {
  const settled = new Map<string, 'BOOKED' | 'FAILED'>();
  return ledger.of('EVENT').flatMap((event) => {
    const way = isBooked(event) ? 'BOOKED' : event.status === 'FAILED' ? 'FAILED' : undefined;
    if (way === undefined) return [];
    const before = settled.get(event.paymentToken);
    settled.set(event.paymentToken, way);
    if (before === undefined || before === way) return [];
    return [
      { invariant: oneFinalState.name, what: `Token ${event.paymentToken} was ${before} and then ${way}.`, story: ledger.story(event) },
    ];
  });
}

/** Outcomes that were accepted, and what the platform made of them. */
function unsettled({ ledger }: InvariantContext, payments: readonly BookedPayment[]): Violation[] {
  const byToken = new Map(payments.map((payment) => [payment.paymentToken, payment]));
  return ledger.of('ATTEMPT').flatMap((attempt) => {
    const { step, sent, answer, paymentToken } = attempt;
    if (step !== 'OUTCOME' || answer !== 'OK' || paymentToken === undefined) return [];
    const payment = byToken.get(paymentToken);
    const right = payment !== undefined && (sent === 'OK' ? isBooked(payment) : payment.status === 'FAILED');
    if (right) return [];
    const state = payment?.status ?? 'unknown to the platform';
    return [
      {
        invariant: oneFinalState.name,
        what: `Outcome ${sent} of token ${paymentToken} was accepted, but it is ${state}.`,
        story: ledger.story(attempt),
      },
    ];
  });
}
