/** What somebody probably meant who mistyped a name. */

/** Names further away than this, in single changes of a character, are no help. */
const FURTHEST = 4;
const LONGEST = 64;

/** The candidate that the text differs least from, the first of equals; undefined when none is near. Case does not matter. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  if (text.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.min(FURTHEST, Math.ceil(text.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = changesBetween(text.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** The fewest insertions, deletions and replacements of a character that turn one text into the other (Levenshtein). */
function changesBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at++) {
    const next = [at];
    for (let index = 1; index <= to.length; index++) {
      const replaced = (row[index - 1] ?? 0) + (from[at - 1] === to[index - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
