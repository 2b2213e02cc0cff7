/** The amount of a receipt is the sum of its transfers and what was booked; so it is on the copy that the creditor took. Source: Domain facts, Payments §2.2. */
import { tokenOf } from './platform-books.ts';
import type { Invariant } from './types.ts';

export const receiptAmount: Invariant = {
  name: 'receipts have the booked amount',
  page: 'docs/invariants.md#receipt-amount',
  async check({ ledger, books, final }) {
    const taken = ledger.of('RECEIPT').map(({ paymentToken, amount, transfers, creditorFiscalCode, noticeNumber }) => ({
      paymentToken,
      amount,
      transfers,
      notice: { creditorFiscalCode, noticeNumber },
    }));
    const payments = final ? await books.payments() : [];
    const kept = final ? await books.receipts() : [];
    const stated = kept.map((receipt) => ({
      paymentToken: tokenOf(receipt),
      amount: receipt.amount,
      transfers: receipt.transfers.reduce((sum, { amount }) => sum + amount, 0),
      notice: receipt,
    }));
    const booked = new Map([...ledger.of('EVENT'), ...payments].map((payment) => [payment.paymentToken, payment.amount]));
    return [...taken, ...stated].flatMap(({ paymentToken, amount, transfers, notice }) => {
      const due = booked.get(paymentToken);
      // While the run goes on the subscriber may hear of a payment after its creditor does.
      const agrees = due === undefined ? !final : due === amount;
      if (agrees && transfers === amount) return [];
      const what = `The receipt of token ${paymentToken} is of ${amount} cents, its transfers of ${transfers}; booked: ${due ?? 'nothing'}.`;
      return [{ what, notice }];
    });
  },
};
