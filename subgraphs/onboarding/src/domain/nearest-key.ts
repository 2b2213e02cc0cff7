/**
 * Rule: an unknown key is refused, and the nearest known one is named when a slip of the fingers can explain it
 * (at most a third of its letters differ, capitals and separators aside). Source: design of the directory file.
 */

/** The known key most like the given one; undefined when none is near. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const wanted = plain(key);
  let best: { key: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = distanceOf(wanted, plain(candidate));
    if (distance <= Math.max(1, Math.floor(candidate.length / 3)) && (!best || distance < best.distance))
      best = { key: candidate, distance };
  }
  return best?.key;
}

const LONGEST_COMPARED = 40;

function plain(key: string): string {
  return key
    .slice(0, LONGEST_COMPARED)
    .toLowerCase()
    .replaceAll(/[_\- ]/g, '');
}

/** How many letters must be inserted, removed or replaced to make one of the other (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of one.split('').entries()) {
    const current = [row + 1];
    for (const [column, target] of other.split('').entries()) {
      const [before, above, left] = [previous[column], previous[column + 1], current[column]] as [number, number, number];
      current.push(Math.min(before + (letter === target ? 0 : 1), above + 1, left + 1));
    }
    previous = current;
  }
  return previous[other.length] as number;
}
