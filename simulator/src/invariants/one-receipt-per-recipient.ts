/**
 * Every booked payment has one receipt, with one line for each creditor that its transfers pay, delivered or queued, and is not sent again to
 * who has it. Source: Domain facts, Payments §3.6 and §3.9.
 */
import { isBooked, tokenOf } from './platform-books.ts';
import type { BookedReceipt, ReceiptRecipient } from './platform-queries.ts';
import type { Finding, Invariant } from './types.ts';

export const oneReceiptPerRecipient: Invariant = {
  name: 'every booked payment has one receipt per recipient',
  page: 'docs/invariants.md#one-receipt-per-recipient',
  async check({ books, final }) {
    // A receipt follows its payment within a moment: only at the end must it be there.
    if (!final) return [];
    const [payments, receipts] = [await books.payments(), await books.receipts()];
    const byToken = new Map<string, BookedReceipt[]>();
    for (const receipt of receipts) byToken.set(tokenOf(receipt), [...(byToken.get(tokenOf(receipt)) ?? []), receipt]);
    const missing = payments.filter(isBooked).flatMap((payment) => {
      const own = byToken.get(payment.paymentToken) ?? [];
      const told = own.flatMap(({ recipients }) => recipients ?? []).map(({ creditorFiscalCode }) => creditorFiscalCode);
      // The creditor of the notice gets it too, when none of the transfers pays it.
      const owed = [...new Set([payment.creditorFiscalCode, ...payment.transfers.map(({ creditorFiscalCode }) => creditorFiscalCode)])];
      if (own.length === 1 && told.length === owed.length && owed.every((code) => told.includes(code))) return [];
      const what = `Token ${payment.paymentToken} is booked for ${owed.join(', ')} and has ${own.length} receipt(s) for ${told.join(', ') || 'nobody'}.`;
      return [{ what, notice: payment }];
    });
    return [...missing, ...receipts.flatMap(sentAgain)];
  },
};

/** Recipients that were sent the receipt although they had it. */
function sentAgain(receipt: BookedReceipt): Finding[] {
  return (receipt.recipients ?? []).flatMap((recipient) => {
    const needed = deliveredAt(recipient);
    if (needed === undefined || recipient.attempts <= needed) return [];
    const what = `Receipt ${receipt.id} was delivered to ${recipient.creditorFiscalCode} at attempt ${needed} and sent ${recipient.attempts} times.`;
    return [{ what, notice: receipt }];
  });
}

/** The attempt that delivered it; undefined while it waits. */
function deliveredAt({ status, history }: ReceiptRecipient): number | undefined {
  return status === 'NOTIFIED' ? history?.find((step) => step.status === 'NOTIFIED')?.attempt : undefined;
}
