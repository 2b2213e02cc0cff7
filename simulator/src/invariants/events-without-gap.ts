/** The subscriber saw the events that the platform states: all of them, each once, in order, through every break and restart. */
import type { Invariant } from './types.ts';

export const eventsWithoutGap: Invariant = {
  name: 'a subscriber sees every event once and in order',
  page: 'docs/invariants.md#events-without-gap',
  async check({ ledger, books, final }) {
    const seen = ledger.of('EVENT');
    const ids = new Set<string>();
    const found = seen
      .filter(({ id }) => ids.size === ids.add(id).size)
      .map((event) => ({ what: `Event ${event.id} (${event.name}) reached the subscriber twice.`, notice: event }));
    if (!final || found.length > 0) return found;
    const stated = await books.events();
    const begin = stated.findIndex(({ id }) => id === seen[0]?.id);
    const expected = seen.length === 0 ? stated : stated.slice(begin);
    const index = expected.findIndex(({ id }, at) => seen[at]?.id !== id);
    const missed = expected[index];
    if (missed === undefined) return [];
    const what = `Event ${index + 1} of ${expected.length} that the platform states is ${missed.id}; the subscriber saw ${seen[index]?.id ?? 'nothing more'}.`;
    return [{ what, notice: missed }];
  },
};
