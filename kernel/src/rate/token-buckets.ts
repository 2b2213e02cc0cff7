/** Token buckets, one for each caller. */
import type { Clock } from '../time/index.ts';

export interface TokenBucketsOptions {
  /** What comes back each second. */
  readonly perSecond: number;
  /** How many seconds' worth may be taken at once. */
  readonly burstSeconds: number;
  /** Callers remembered; who was away for the longest is forgotten first, and begins anew with a full bucket. */
  readonly callers: number;
  /** Real time. */
  readonly clock: Clock;
}

export interface TokenBuckets {
  /**
   * Takes so many from a caller's bucket. What is larger than the bucket goes when the bucket is full, and is paid off afterwards: it would
   * never go otherwise.
   * @returns 0 when they were there; else the seconds until they will be, and nothing was taken
   */
  take(caller: string, count: number): number;
}

interface Bucket {
  left: number;
  filledAt: number;
}

export function tokenBuckets({ perSecond, burstSeconds, callers, clock }: TokenBucketsOptions): TokenBuckets {
  const most = perSecond * burstSeconds;
  // In the order of their last use.
  const buckets = new Map<string, Bucket>();
  return {
    take(caller, count) {
      const now = clock.monotonic();
      const bucket = buckets.get(caller) ?? { left: most, filledAt: now };
      buckets.delete(caller);
      buckets.set(caller, bucket);
      const [oldest] = buckets.keys();
      if (buckets.size > callers && oldest !== undefined) buckets.delete(oldest);
      bucket.left = Math.min(most, bucket.left + ((now - bucket.filledAt) / 1000) * perSecond);
      bucket.filledAt = now;
      const needed = Math.min(count, most);
      if (bucket.left < needed) return (needed - bucket.left) / perSecond;
      bucket.left -= count;
      return 0;
    },
  };
}
