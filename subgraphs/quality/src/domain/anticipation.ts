/**
 * How far a running value is from its threshold: how many more faults the present sample bears, or how many good ones would bring it back.
 * Follows from the common arithmetic (rounded to two decimals, equality passes). Source: domain facts, Reporting section 2.1.
 */
import type { PercentageHundredths } from './percentage.ts';

export interface Margin {
  /** How many more of the present sample may be faults before the threshold is exceeded; negative when it is exceeded already. */
  faultsLeft: number;
  /** How many further ones without a fault bring it within the threshold again; 0 while it is within. */
  goodNeeded: number;
}

/** Rounding half up, `percentage <= threshold` is `20000 * faults < sample * (2 * threshold + 1)`. */
export function marginOf(faults: number, sample: number, threshold: PercentageHundredths): Margin {
  const bearable = BigInt(2 * threshold + 1);
  const twentyThousand = 20_000n;
  const most = (BigInt(sample) * bearable + twentyThousand - 1n) / twentyThousand - 1n;
  const sampleNeeded = faults === 0 ? 0n : (twentyThousand * BigInt(faults)) / bearable + 1n;
  return {
    faultsLeft: sample === 0 ? 0 : Number(most) - faults,
    goodNeeded: Math.max(0, Number(sampleNeeded) - sample),
  };
}

/** How a running value stands: well within its threshold, near it, or above it. */
const DRIFT_LEVELS = ['WITHIN', 'NEAR', 'EXCEEDED'] as const;
export type DriftLevel = (typeof DRIFT_LEVELS)[number];

/** From this share of the threshold on a value is near it, in percent. */
const NEAR_SHARE = 80;

export function driftLevel(percentage: PercentageHundredths, threshold: PercentageHundredths): DriftLevel {
  if (percentage > threshold) return 'EXCEEDED';
  return percentage > 0 && percentage * 100 >= threshold * NEAR_SHARE ? 'NEAR' : 'WITHIN';
}
