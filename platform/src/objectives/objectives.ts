/** What is promised for a month, and how a record of it is judged. The figures and their reasons: docs/slo.md. */

/** So many of so many were as promised. */
export interface Counted {
  readonly name: string;
  readonly total: number;
  readonly good: number;
}

export interface Judged extends Counted {
  /** The share that is promised, from 0 to 1. */
  readonly objective: number;
  /** How many more may fail before the promise is broken; below 0 it is. */
  readonly left: number;
  readonly kept: boolean;
}

/** Calls of PSPs that are answered, by the primitive's own answer, a KO included. */
export const AVAILABILITY = 0.9995;
/** Calls of a primitive that are answered within two seconds. */
export const IN_TIME = 0.98;
/** Receipts that reach their creditors within a minute, unless the creditor did not take them. */
export const RECEIPTS = 0.999;
export const RECEIPT_SECONDS = 60;

/** A month in which nothing happened keeps every promise. */
export function judge(counted: Counted, objective: number): Judged {
  const mayFail = Math.floor(counted.total * (1 - objective) + 1e-9);
  const left = mayFail - (counted.total - counted.good);
  return { ...counted, objective, left, kept: left >= 0 };
}

/** A share with so many digits that a broken promise never looks kept. */
export function percentage({ good, total }: Pick<Counted, 'good' | 'total'>): string {
  return total === 0 ? '–' : `${(Math.floor((good / total) * 1_000_000) / 10_000).toFixed(4)} %`;
}
