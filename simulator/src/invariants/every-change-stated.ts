/**
 * Every change of a payment is stated as an event, once and in the order in which it happened: the revisions in the log count on from 1, and the
 * last one is not behind that of the payment. Source: design of the platform, a fact is stated in the transaction of its rows.
 */
import type { StatedEvent } from './platform-queries.ts';
import type { Finding, Invariant } from './types.ts';

export const everyChangeStated: Invariant = {
  name: 'every change of a payment is stated, in order',
  page: 'docs/invariants.md#every-change-stated',
  async check({ books, final }) {
    // A payment may change while it is looked at, so the newest event may be ahead of the row that was read before it, never behind.
    const { payments, events } = final ? await books.latest() : { payments: [], events: await books.events() };
    const last = new Map<string, number>();
    const known = new Set<string>();
    const found = events.flatMap((event): Finding[] => {
      const before = last.get(event.paymentToken);
      last.set(event.paymentToken, event.revision);
      // The oldest events may no longer be kept: a token begins with the first of it that is.
      const first = !known.has(event.paymentToken);
      known.add(event.paymentToken);
      if (first || event.revision === (before ?? 0) + 1) return [];
      return [{ what: outOfOrder(event, before), notice: event }];
    });
    const behind = payments.flatMap((payment): Finding[] => {
      const stated = last.get(payment.paymentToken);
      if (stated === undefined || stated >= payment.revision) return [];
      const what = `Token ${payment.paymentToken} is at revision ${payment.revision}; the last event of it is of revision ${stated}.`;
      return [{ what, notice: payment }];
    });
    return [...found, ...behind];
  },
};

function outOfOrder({ paymentToken, revision }: StatedEvent, before: number | undefined): string {
  return `Of token ${paymentToken} the log has revision ${revision} after revision ${before ?? 'none'}.`;
}
