/** How much somebody may ask for in a time: buckets that are filled steadily, one for each of a bounded number of callers. */
export { type TokenBuckets, tokenBuckets, type TokenBucketsOptions } from './token-buckets.ts';
