/** The amount of a receipt is the sum of its transfers and what was booked, with the same Stand-In flag; so it is on the copy that the creditor took. */
import { allPayments, allReceipts, tokenOf } from './platform-books.ts';
import type { BookedPayment } from './platform-books.ts';
import type { Invariant } from './types.ts';

export const receiptAmount: Invariant = {
  name: 'receipts have the booked amount and mode',
  page: 'docs/simulate.md#receipt-amount',
  async check({ ledger, platform, final }) {
    const taken = ledger.of('RECEIPT').map(({ paymentToken, amount, transfers, standIn, creditorFiscalCode, noticeNumber }) => ({
      paymentToken,
      amount,
      transfers,
      standIn,
      notice: { creditorFiscalCode, noticeNumber },
    }));
    const payments = final ? await allPayments(platform) : [];
    const kept = final ? await allReceipts(platform) : [];
    const stated = kept.map((receipt) => ({
      paymentToken: tokenOf(receipt),
      amount: receipt.amount,
      transfers: receipt.transfers.reduce((sum, { amount }) => sum + amount, 0),
      standIn: receipt.standIn,
      notice: receipt,
    }));
    const booked = new Map<string, Pick<BookedPayment, 'amount' | 'standIn'>>(
      [...ledger.of('EVENT'), ...payments].map((payment) => [payment.paymentToken, payment]),
    );
    return [...taken, ...stated].flatMap(({ paymentToken, amount, transfers, standIn, notice }) => {
      const payment = booked.get(paymentToken);
      // While the run goes on the subscriber may hear of a payment after its creditor does.
      const agrees = payment === undefined ? !final : payment.amount === amount && payment.standIn === standIn;
      if (agrees && transfers === amount) return [];
      const what = `The receipt of token ${paymentToken} is of ${amount} cents, its transfers of ${transfers}${standIn ? ', in Stand-In' : ''}; booked: ${payment === undefined ? 'nothing' : `${payment.amount}${payment.standIn ? ', in Stand-In' : ''}`}.`;
      return [{ invariant: receiptAmount.name, what, story: ledger.story(notice) }];
    });
  },
};
