/**
 * How many receipts a station's lane claims at once: one at first, twice as many after each that arrived, so that a queue of thousands drains
 * quickly; one again as soon as a call fails; and never more than the station answers in a second, so that no claim runs out while it waits
 * its turn. Source: Domain facts, Payments §3.9 (drain with bounded concurrency); the figures are our choice.
 */
import { SECOND } from '@nodo-aperto/kernel/time';

export const MOST_CLAIMED = 64;

/** How a call ended. */
export interface CallEnd {
  readonly delivered: boolean;
  /** Milliseconds that the call took. */
  readonly elapsedMs: number;
}

/**
 * @param ahead how many were claimed at once so far
 * @param callsAtOnce how many calls the lane makes at a time
 */
export function claimsAfter(ahead: number, { delivered, elapsedMs }: CallEnd, callsAtOnce: number): number {
  if (!delivered) return 1;
  const answeredInASecond = Math.floor((callsAtOnce * SECOND) / Math.max(1, elapsedMs));
  return Math.max(1, Math.min(ahead * 2, MOST_CLAIMED, answeredInASecond));
}
