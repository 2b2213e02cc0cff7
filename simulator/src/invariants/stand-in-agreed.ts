/**
 * A payment in Stand-In is one that the creditor agreed to: the notice is in ACA, nobody has excluded it, and its amount is the one that ACA was
 * told. Source: Domain facts, Payments §3.7 and §3.8. Notices that the simulator did not issue are left out.
 */
import type { NoticeEntry, NoticeKey } from '../ledger/index.ts';
import type { Invariant } from './types.ts';

export const standInAgreed: Invariant = {
  name: 'Stand-In only for notices in ACA that agree to it',
  page: 'docs/invariants.md#stand-in-agreed',
  async check({ ledger, books, final }) {
    const agreed = new Map<string, NoticeEntry[]>();
    for (const notice of ledger.of('NOTICE')) agreed.set(keyOf(notice), [...(agreed.get(keyOf(notice)) ?? []), notice]);
    const payments = final ? await books.payments() : ledger.of('EVENT');
    const tokens = new Map(payments.filter(({ standIn }) => standIn).map((payment) => [payment.paymentToken, payment]));
    return [...tokens.values()].flatMap((payment) => {
      const entries = agreed.get(keyOf(payment));
      const last = entries?.at(-1);
      if (entries === undefined || last === undefined) return [];
      const refused = !last.aca ? 'is not in ACA' : !last.standIn ? 'is excluded from Stand-In' : undefined;
      if (refused) return [{ what: `Token ${payment.paymentToken} was opened in Stand-In, but its notice ${refused}.`, notice: payment }];
      // A session keeps the amount that ACA had when it was opened, also when the creditor changes it afterwards.
      if (entries.some(({ amount }) => amount === payment.amount)) return [];
      const what = `Token ${payment.paymentToken} was opened in Stand-In at ${payment.amount} cents; ACA was told ${last.amount}.`;
      return [{ what, notice: payment }];
    });
  },
};

function keyOf({ creditorFiscalCode, noticeNumber }: NoticeKey): string {
  return `${creditorFiscalCode} ${noticeNumber}`;
}
