/** Texts of the official messages are counted in characters (Domain facts, Payments §1.4), which are not the units that JavaScript counts. */

/** How many characters a text has; stops counting at `enough`. */
export function charactersOf(text: string, enough: number): number {
  // A character has at most two units: far too long a text need not be counted.
  if (text.length > 2 * enough) return text.length;
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** The first characters of a text; never half of one. */
export function shortened(text: string, most: number): string {
  return text.length <= most
    ? text
    : Array.from(text.slice(0, 2 * most))
        .slice(0, most)
        .join('');
}
