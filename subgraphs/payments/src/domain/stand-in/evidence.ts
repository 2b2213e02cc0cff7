/**
 * What is known of a station's health: its calls counted in slots of equal length, and its answers to probes.
 * Source: Domain facts, Payments §3.2 and §3.4.
 */

/** The calls of one station in one span of time. */
export interface Slot {
  /** Start of the slot, epoch milliseconds, a multiple of its length. */
  readonly from: number;
  /** Calls for paVerifyPaymentNotice, paGetPayment and paGetPaymentV2. */
  readonly calls: number;
  /** How many of them ended in a monitored fault. */
  readonly faults: number;
  /** The calls to all stations in the same span. */
  readonly platformCalls: number;
}

/** What a station answered to a probe. */
export type ProbeResult =
  /** PAA_PAGAMENTO_SCONOSCIUTO, as the probe notice should be answered. */
  | 'GOOD'
  /** Another well-formed answer: the station works, and how it is addressed may be wrong. */
  | 'ANSWERED'
  /** No well-formed answer. */
  | 'FAILED';

export interface Probe {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly result: ProbeResult;
}

/** Percent of calls that failed; none of no calls. */
export function faultPercentage(slot: Pick<Slot, 'calls' | 'faults'>): number {
  return slot.calls === 0 ? 0 : (slot.faults / slot.calls) * 100;
}

/** Percent of the platform's calls that went to the station; none of no calls. */
export function trafficShare(slot: Pick<Slot, 'calls' | 'platformCalls'>): number {
  return slot.platformCalls === 0 ? 0 : (slot.calls / slot.platformCalls) * 100;
}

/** The start of the slot that an instant falls into. */
export function slotStart(instant: number, slotMs: number): number {
  return Math.floor(instant / slotMs) * slotMs;
}
