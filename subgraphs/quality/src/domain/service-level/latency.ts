/**
 * Rule: durations are counted in classes whose bounds grow by the fourth root of two, so that counts of any calls can be added up, and
 * percentiles of the sum be read. A percentile is the middle (on the logarithmic scale) of the class it falls into: it differs from the exact one by at most
 * 9.1 % between 1 ms and 55 s. Durations up to 1 ms are told as 1 ms, those above 55 s as 55 s.
 */

/** How many classes there are. Class 0 holds durations up to 1 ms, class n those above 2^((n-1)/4) ms and up to 2^(n/4) ms, the last all above. */
export const LATENCY_CLASSES = 64;
const PER_DOUBLING = 4;

/** The class of a duration in milliseconds. */
export function latencyClass(durationMs: number): number {
  if (durationMs <= 1) return 0;
  return Math.min(LATENCY_CLASSES - 1, Math.ceil(Math.log2(durationMs) * PER_DOUBLING));
}

/** What a percentile that falls into the class is told as, in milliseconds. */
export function latencyOf(index: number): number {
  if (index === 0) return 1;
  // The last class has no upper bound: its lower one and its width tell it.
  return index === LATENCY_CLASSES - 1 ? 2 ** (index / PER_DOUBLING) : 2 ** ((index - 0.5) / PER_DOUBLING);
}

/**
 * The duration that a share of the calls does not exceed, in milliseconds; none without any call.
 * @param counts calls by class
 * @param share above 0, up to 1
 */
export function quantile(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const rank = Math.ceil(total * share);
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    seen += count;
    if (count > 0 && seen >= rank) return latencyOf(index);
  }
  return undefined;
}
