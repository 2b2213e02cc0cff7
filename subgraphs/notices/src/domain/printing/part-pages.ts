/** How the parts of a notice are laid out on its pages. */

/** Parts to a page. */
export type PartsPerPage = 2 | 3;

/**
 * Pages hold two parts or three, never one and never a mixture of sizes: as many pages of three as leave pages of two only. Source: Domain
 * facts, Reporting and receipts §4.3 (layouts in multiples of 2 or 3).
 * @param parts 2 or more
 * @returns the parts on each page, in order
 */
export function partPages(parts: number): PartsPerPage[] {
  const twos = (3 - (parts % 3)) % 3;
  const threes = (parts - 2 * twos) / 3;
  return [...Array.from({ length: threes }, () => 3 as const), ...Array.from({ length: twos }, () => 2 as const)];
}
