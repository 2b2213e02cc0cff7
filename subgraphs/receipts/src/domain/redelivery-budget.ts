/**
 * How often a creditor may ask for another delivery: ten times in sixty minutes, the figure of receipt recovery. Operators are not limited.
 * Source: Domain facts, Payments §3.9 (at most 10 calls per 60 minutes) and §9 (redelivery on demand).
 */
import { MINUTE } from '@nodo-aperto/kernel/time';

export const REDELIVERY_LIMIT = 10;
export const REDELIVERY_WINDOW_MS = 60 * MINUTE;

export interface RedeliveryBudget {
  readonly limit: number;
  readonly remaining: number;
  /** When one more is allowed, epoch milliseconds; undefined while some remain. */
  readonly nextAt: number | undefined;
}

/** @param uses the instants of the requests so far, in any order; those older than the window do not matter */
export function redeliveryBudget(uses: readonly number[], now: number): RedeliveryBudget {
  const recent = uses.filter((at) => at > now - REDELIVERY_WINDOW_MS).toSorted((left, right) => left - right);
  const remaining = Math.max(0, REDELIVERY_LIMIT - recent.length);
  const oldestThatCounts = remaining === 0 ? recent.at(-REDELIVERY_LIMIT) : undefined;
  return {
    limit: REDELIVERY_LIMIT,
    remaining,
    nextAt: oldestThatCounts === undefined ? undefined : oldestThatCounts + REDELIVERY_WINDOW_MS,
  };
}
