/**
 * Rule: shares of service levels are told in hundredths of a percent, rounded down, so that none looks better than it is; 98 % of the calls of a
 * method have to be answered within two seconds in a month. Source: domain facts, Payments section 7.1.
 */

/** Hundredths of a percent. */
export const IN_TIME_TARGET = 9_800;

/** Hundredths of a percent, rounded down; none of nothing. */
export function shareOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : Math.floor((part * 10_000) / whole);
}
