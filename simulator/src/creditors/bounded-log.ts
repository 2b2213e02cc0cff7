/** The newest entries of something that never ends. */
export interface BoundedLog<Entry> {
  add(entry: Entry): void;
  /** The entries still kept, oldest first. */
  entries(): readonly Entry[];
  /** How many were ever added. */
  total(): number;
}

/** @param limit how many entries are kept; from 1 up */
export function boundedLog<Entry>(limit: number): BoundedLog<Entry> {
  const kept: Entry[] = [];
  let total = 0;
  return {
    add(entry) {
      kept[total % limit] = entry;
      total += 1;
    },
    entries() {
      const at = total % limit;
      return total <= limit ? kept.slice() : [...kept.slice(at), ...kept.slice(0, at)];
    },
    total: () => total,
  };
}
