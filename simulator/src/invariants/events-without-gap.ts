/** The subscriber saw the events that the platform states: all of them, each once, in order, through every break and restart. */
import { allPaymentEvents } from './platform-books.ts';
import type { Invariant } from './types.ts';

export const eventsWithoutGap: Invariant = {
  name: 'a subscriber sees every event once and in order',
  page: 'docs/simulate.md#events-without-gap',
  async check({ ledger, platform, final }) {
    const seen = ledger.of('EVENT');
    const ids = new Set<string>();
    const twice = seen.filter(({ id }) => ids.size === ids.add(id).size);
    const violations = twice.map((event) => ({
      invariant: eventsWithoutGap.name,
      what: `Event ${event.id} (${event.name}) reached the subscriber twice.`,
      story: ledger.story(event),
    }));
    if (!final) return violations;
    const stated = await allPaymentEvents(platform);
    const begin = stated.findIndex(({ id }) => id === seen[0]?.id);
    const expected = seen.length === 0 ? stated : stated.slice(begin);
    const index = expected.findIndex(({ id }, at) => seen[at]?.id !== id);
    const missed = expected[index];
    if (missed === undefined || twice.length > 0) return violations;
    const what = `Event ${index + 1} of ${expected.length} that the platform states is ${missed.id}; the subscriber saw ${seen[index]?.id ?? 'nothing more'}.`;
    return [...violations, { invariant: eventsWithoutGap.name, what, story: ledger.story(missed) }];
  },
};
