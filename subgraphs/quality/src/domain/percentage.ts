/**
 * The common arithmetic of the KPIs: percentage = round(faults · 100 / sample, 2 decimals), 0 without a sample; the outcome is KO when the
 * rounded percentage is strictly greater than the threshold. Source: domain facts, Reporting section 2.1.
 */

/** A percentage in hundredths of a percent: 101 is 1.01 %. Whole numbers, so that comparing is exact. */
export type PercentageHundredths = number;

/** Rounds half up, in integers: 1004 of 100000 is 100 (1.00 %), 1005 is 101. */
export function percentageOf(faults: number, sample: number): PercentageHundredths {
  if (sample === 0) return 0;
  const scaled = BigInt(faults) * 20_000n + BigInt(sample);
  return Number(scaled / (BigInt(sample) * 2n));
}

export function outcomeOf(percentage: PercentageHundredths, threshold: PercentageHundredths): 'OK' | 'KO' {
  return percentage > threshold ? 'KO' : 'OK';
}

/** As people write it: 101 is "1.01". */
export function decimalOf(hundredths: PercentageHundredths): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
}
