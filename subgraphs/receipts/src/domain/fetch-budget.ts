/**
 * How often one key may fetch receipts: one call every five seconds in the long run, with as many saved up as a creditor needs to catch up
 * after its own outage. What is refused costs nothing. Source: Receipts §3.2 (gateway limit); how many are saved up is our choice.
 */
import { SECOND } from '@nodo-aperto/kernel/time';

export const CALL_EVERY_MS = 5 * SECOND;
/** Calls that a key can save up. */
export const MOST_SAVED = 120;

/** What a key had left at an instant (epoch milliseconds); parts of calls count. */
export interface FetchBudget {
  readonly left: number;
  readonly at: number;
}

export type Spending =
  | { readonly allowed: true; readonly budget: FetchBudget; readonly remaining: number }
  | { readonly allowed: false; readonly retryAfterSeconds: number };

/** @param known undefined for a key that never called */
export function spendCall(known: FetchBudget | undefined, now: number): Spending {
  const elapsed = known ? Math.max(0, now - known.at) : 0;
  const left = Math.min(MOST_SAVED, (known?.left ?? MOST_SAVED) + elapsed / CALL_EVERY_MS);
  if (left < 1) return { allowed: false, retryAfterSeconds: Math.ceil(((1 - left) * CALL_EVERY_MS) / SECOND) };
  return { allowed: true, budget: { left: left - 1, at: now }, remaining: Math.floor(left - 1) };
}
