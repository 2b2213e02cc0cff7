/**
 * Shares of partner modules: part · 100 / whole, rounded half up to five decimals, or to two for B.8. Kept as whole numbers of a
 * hundred-thousandth of a percent, so that comparing is exact. Source: domain facts, Reporting section 2.2 (precision).
 */

/** 150000 is 1.5 %. */
export type Share = number;

const UNITS_OF_PERCENT = 100_000;

/** @param whole greater than 0 */
export function shareOf(part: number, whole: number, decimals: 2 | 5): Share {
  const step = decimals === 5 ? 1n : 1_000n;
  const units = BigInt(part) * 100n * BigInt(UNITS_OF_PERCENT);
  const divisor = BigInt(whole) * step;
  return Number(((units * 2n + divisor) / (divisor * 2n)) * step);
}

/** A share that is given in percent, e.g. 1.5. */
export function shareOfPercent(percent: number): Share {
  return Math.round(percent * UNITS_OF_PERCENT);
}

/** As people write it: 150000 is "1.50000". */
export function shareText(share: Share): string {
  return (share / UNITS_OF_PERCENT).toFixed(5);
}
