/** Instants as text. Notices by the thousand are loaded, or due, at the same one: it is written out once. */
import { toIso, toLocalDate } from '@nodo-aperto/kernel/time';

const MOST_TEXTS = 1_000;

function remembering<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MOST_TEXTS) known.clear();
    const made = work(key);
    known.set(key, made);
    return made;
  };
}

/** ISO 8601, in UTC, of epoch milliseconds. */
export const isoOf: (ms: number) => string = remembering(toIso);

/** The day in Italy of epoch milliseconds. */
export const dayOf: (ms: number) => string = remembering((ms: number) => toLocalDate(ms));
