/** What became of the payments. */

/** How one payment ended. */
export type Ending =
  | { readonly kind: 'PAID'; readonly standIn: boolean }
  | { readonly kind: 'DECLINED'; readonly standIn: boolean }
  | { readonly kind: 'ABANDONED'; readonly standIn: boolean }
  /** `code` is the platform's fault or error code, or UNREACHABLE. */
  | { readonly kind: 'FAILED'; readonly at: Step; readonly code: string };

/** What a payment is made of: the creditor loads the notice, the PSP does the rest. */
export type Step = 'LOAD' | 'VERIFY' | 'ACTIVATE' | 'OUTCOME';

export interface TrafficCounts {
  /** Arrivals, those for which there was no place included. */
  readonly arrived: number;
  /** Arrivals that were let go because too many payments were in flight. */
  readonly notStarted: number;
  readonly inFlight: number;
  /** Paid with the creditor's own answers. */
  readonly standard: number;
  /** Paid with ACA's answers in the creditor's place. */
  readonly standIn: number;
  /** The PSP sent the outcome KO, as the payer wanted. */
  readonly declined: number;
  /** The payer went away: the platform's token expires by itself. */
  readonly abandoned: number;
  readonly failed: number;
  /** Failures by code, most frequent first. */
  readonly failures: readonly { readonly code: string; readonly count: number }[];
}

export interface Counter {
  arrived(): void;
  notStarted(): void;
  started(): void;
  ended(ending: Ending): void;
  counts(): TrafficCounts;
}

/** Codes come from another program: their number is bounded here all the same. */
const MOST_CODES = 100;

export function countPayments(): Counter {
  const totals = { arrived: 0, notStarted: 0, inFlight: 0, standard: 0, standIn: 0, declined: 0, abandoned: 0, failed: 0 };
  const failures = new Map<string, number>();

  function failed(code: string): void {
    totals.failed += 1;
    const key = failures.has(code) || failures.size < MOST_CODES ? code : 'OTHER';
    failures.set(key, (failures.get(key) ?? 0) + 1);
  }

  return {
    arrived: () => void (totals.arrived += 1),
    notStarted: () => void (totals.notStarted += 1),
    started: () => void (totals.inFlight += 1),
    ended(ending) {
      totals.inFlight -= 1;
      if (ending.kind === 'FAILED') failed(ending.code);
      else if (ending.kind === 'DECLINED') totals.declined += 1;
      else if (ending.kind === 'ABANDONED') totals.abandoned += 1;
      else if (ending.standIn) totals.standIn += 1;
      else totals.standard += 1;
    },
    counts: () => ({
      ...totals,
      failures: [...failures].map(([code, count]) => ({ code, count })).sort((left, right) => right.count - left.count),
    }),
  };
}
