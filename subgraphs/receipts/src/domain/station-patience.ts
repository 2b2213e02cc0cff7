/**
 * How many failures in a row that speak against the station a round of deliveries takes before it leaves the rest for later: a queue of a
 * thousand receipts must not spend its deadline a thousand times on a station that is down. A station in Stand-In, which only an operator
 * can have tried, gets a single trial. Source: design, section 5 (1): a station in Stand-In is not called; Domain facts, Payments §3.6.
 */
export const MOST_FAILURES_IN_A_ROW = 5;

export function failuresTaken(station: { readonly standIn: boolean }): number {
  return station.standIn ? 1 : MOST_FAILURES_IN_A_ROW;
}
