/**
 * Which waiting receipts go at once when their station is seen to work again (it left Stand-In, or took another receipt): those that were
 * never tried or last met a station that was down. A receipt that the creditor refuses waits for its time, and so does one that was
 * brought forward three times in vain since its last regular attempt: a station that flaps, or one receipt that hangs, is not hammered.
 * Source: Domain facts, Payments §3.6 and §3.9; design, section 5 (7).
 */

/** How often a receipt may be brought forward between two regular attempts. */
export const MOST_EARLY_ATTEMPTS = 3;

export interface WaitingReceipt {
  /** Attempts brought forward since the last regular one. */
  readonly early: number;
  /** Whether the last failure spoke against the station; undefined: never tried. */
  readonly lastStationDown: boolean | undefined;
}

export function mayBeBroughtForward({ early, lastStationDown }: WaitingReceipt): boolean {
  return early < MOST_EARLY_ATTEMPTS && lastStationDown !== false;
}
