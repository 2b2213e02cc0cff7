/**
 * A source of chance. Every use of chance has its own named stream, so that one more draw in one place does not change what
 * happens in all others.
 */
export interface RandomStream {
  /** A number from 0 up to, not including, 1; 53 bits. */
  next(): number;
  /** A whole number from minimum to maximum, both included. */
  integer(minimum: number, maximum: number): number;
  /** One of the items, which may not be empty, each equally likely. */
  pick<T>(items: readonly T[]): T;
  /** One of the items, each as likely as its weight says. Weights are not negative and not all 0. */
  weighted<T>(items: readonly { readonly item: T; readonly weight: number }[]): T;
  /** Exponentially distributed with the given mean: the time between independent arrivals. */
  exponential(mean: number): number;
  /** Log-normally distributed; sigma 0 is always the median. */
  logNormal(median: number, sigma: number): number;
  /** So many decimal digits. */
  digits(length: number): string;
  /** So many letters (both cases) and digits. */
  alphanumeric(length: number): string;
  /** So many lower-case hexadecimal digits. */
  hex(length: number): string;
  /** A UUID, version 4. */
  uuid(): string;
  /** The items in another order, in a new list. */
  shuffle<T>(items: readonly T[]): T[];
  /** A stream of its own under this one. For a seeded stream it depends on the names only, not on what was drawn before. */
  fork(name: string): RandomStream;
}
