/** Every booked payment has one receipt, with one line for each creditor that its transfers pay, delivered or queued. */
import { allPayments, allReceipts, isBooked, tokenOf } from './platform-books.ts';
import type { BookedReceipt } from './platform-books.ts';
import type { Invariant } from './types.ts';

export const oneReceiptPerRecipient: Invariant = {
  name: 'every booked payment has one receipt per recipient',
  page: 'docs/simulate.md#one-receipt-per-recipient',
  async check({ ledger, platform, final }) {
    // A receipt follows its payment within a moment: only at the end must it be there.
    if (!final) return [];
    const [payments, receipts] = [await allPayments(platform), await allReceipts(platform)];
    const byToken = new Map<string, BookedReceipt[]>();
    for (const receipt of receipts) byToken.set(tokenOf(receipt), [...(byToken.get(tokenOf(receipt)) ?? []), receipt]);
    return payments.filter(isBooked).flatMap((payment) => {
      const own = byToken.get(payment.paymentToken) ?? [];
      const told = own.flatMap(({ recipients }) => recipients ?? []).map(({ creditorFiscalCode }) => creditorFiscalCode);
      // The creditor of the notice gets it too, when none of the transfers pays it (Domain facts, Payments §3.6).
      const owed = [...new Set([payment.creditorFiscalCode, ...payment.transfers.map(({ creditorFiscalCode }) => creditorFiscalCode)])];
      const right = own.length === 1 && told.length === owed.length && owed.every((code) => told.includes(code));
      if (right) return [];
      const what = `Token ${payment.paymentToken} is booked for ${owed.join(', ')} and has ${own.length} receipt(s) for ${told.join(', ') || 'nobody'}.`;
      return [{ invariant: oneReceiptPerRecipient.name, what, story: ledger.story(payment) }];
    });
  },
};
