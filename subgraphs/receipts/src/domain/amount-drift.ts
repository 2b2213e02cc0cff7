/**
 * The amount drift (disavanzo) of a Stand-In payment: what was paid, by the data in ACA, against what the notice was worth to its creditor.
 * That is learnt afterwards. The last word from the activation to the payment counts, since the creditor had said it in time; failing that,
 * the first word after the payment: later ones speak of another time. Until there is a word the drift is not known.
 * Source: Domain facts, Payments §3.6 (amounts that were not actualised); design, section 5 (7).
 */
import type { AmountOccasion } from '@nodo-aperto/schema/events';

/** What a creditor said that a notice is worth. Euro cents, epoch milliseconds. */
export interface AmountWord {
  readonly amount: number;
  readonly at: number;
  readonly occasion: AmountOccasion;
}

/** When the amount was taken from ACA, and when the payment was booked. */
export interface StandInTimes {
  readonly activatedAt: number;
  readonly paidAt: number;
}

/** The word that counts; undefined while there is none. */
export function actualAmount(words: readonly AmountWord[], { activatedAt, paidAt }: StandInTimes): AmountWord | undefined {
  const later = words.filter((word) => word.at > activatedAt).toSorted((left, right) => left.at - right.at);
  return later.findLast((word) => word.at <= paidAt) ?? later[0];
}

/** Paid minus actual: negative when the creditor got less than it was due. */
export function driftOf(paid: number, actual: number): number {
  return paid - actual;
}
