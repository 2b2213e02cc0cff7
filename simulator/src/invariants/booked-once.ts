/** No notice is booked twice. Seen by the platform's own list and by the events that the subscriber was sent. */
import type { NoticeKey } from '../ledger/index.ts';
import { isBooked } from './platform-books.ts';
import type { Invariant } from './types.ts';

export const bookedOnce: Invariant = {
  name: 'no notice is booked twice',
  page: 'docs/invariants.md#booked-once',
  async check({ ledger, books, final }) {
    const told = ledger.of('EVENT').filter(isBooked);
    const listed = final ? (await books.payments()).filter(isBooked) : [];
    const tokens = new Map<string, { readonly notice: NoticeKey; readonly tokens: Set<string> }>();
    for (const { creditorFiscalCode, noticeNumber, paymentToken } of [...told, ...listed]) {
      const key = `${creditorFiscalCode} ${noticeNumber}`;
      const known = tokens.get(key) ?? { notice: { creditorFiscalCode, noticeNumber }, tokens: new Set<string>() };
      tokens.set(key, known);
      known.tokens.add(paymentToken);
    }
    return [...tokens.values()]
      .filter((each) => each.tokens.size > 1)
      .map(({ notice, tokens: all }) => ({
        what: `Notice ${notice.noticeNumber} of ${notice.creditorFiscalCode} is booked with the tokens ${[...all].join(', ')}.`,
        notice,
      }));
  },
};
