/** No notice is booked twice. Seen by the platform's own list and by the events that the subscriber was sent. */
import { allPayments, isBooked } from './platform-books.ts';
import type { Invariant } from './types.ts';

export const bookedOnce: Invariant = {
  name: 'no notice is booked twice',
  page: 'docs/simulate.md#booked-once',
  async check({ ledger, platform, final }) {
    const told = ledger.of('EVENT').filter(isBooked);
    const listed = final ? (await allPayments(platform)).filter(isBooked) : [];
    const tokens = new Map<
      string,
      { readonly notice: { creditorFiscalCode: string; noticeNumber: string }; readonly tokens: Set<string> }
    >();
    for (const { creditorFiscalCode, noticeNumber, paymentToken } of [...told, ...listed]) {
      const key = `${creditorFiscalCode} ${noticeNumber}`;
      const known = tokens.get(key) ?? { notice: { creditorFiscalCode, noticeNumber }, tokens: new Set<string>() };
      tokens.set(key, known);
      known.tokens.add(paymentToken);
    }
    return [...tokens.values()]
      .filter((each) => each.tokens.size > 1)
      .map(({ notice, tokens: all }) => ({
        invariant: bookedOnce.name,
        what: `Notice ${notice.noticeNumber} of ${notice.creditorFiscalCode} is booked with the tokens ${[...all].join(', ')}.`,
        story: ledger.story(notice),
      }));
  },
};
