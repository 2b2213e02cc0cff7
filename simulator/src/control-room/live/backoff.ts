/** How long to wait before the next try to connect: doubling from half a second to 15 s, spread so that pages do not come back all at once. */
const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** @param failures tries that failed in a row, from 1; @param chance from 0 to 1 */
export function backoff(failures: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(full * (0.5 + chance / 2));
}
