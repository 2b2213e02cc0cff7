/**
 * Why an attempt did not deliver, in a form that can be shown: a code and a sentence. A failure speaks against the station as a whole when
 * it is one of the three that Stand-In monitors (no connection, no answer in time, service not active); any other speaks of this receipt.
 * Source: Domain facts, Payments §3.1; design, "Creditor faults" of the wire primitives.
 */

export interface DeliveryFailure {
  /** PPT_* for what the node saw of the station or what kept it from sending, PAA_* (or whatever it wrote) for what the creditor answered. */
  readonly code: string;
  /** One sentence. */
  readonly detail: string;
  /** Whether the station as a whole seems to be down. */
  readonly stationDown: boolean;
}

const LONGEST_CODE = 60;
const LONGEST_DETAIL = 300;

/** The failure, cut to what is kept: a creditor may write anything. */
export function failureOf(code: string, detail: string, stationDown: boolean): DeliveryFailure {
  return { code: code.slice(0, LONGEST_CODE), detail: detail.slice(0, LONGEST_DETAIL), stationDown };
}

/** The failure in one line, as events and the graph show it. */
export function sentenceOf({ code, detail }: Pick<DeliveryFailure, 'code' | 'detail'>): string {
  return `${code}: ${detail}`;
}
