import { bookedOnce } from './booked-once.ts';
import { eventsWithoutGap } from './events-without-gap.ts';
import { oneFinalState } from './one-final-state.ts';
import { oneReceiptPerRecipient } from './one-receipt-per-recipient.ts';
import { receiptAmount } from './receipt-amount.ts';
import type { Invariant, InvariantContext, Violation } from './types.ts';

export type { Invariant, InvariantContext, Violation } from './types.ts';

/** Every rule that is watched, in the order of the report. */
export const INVARIANTS: readonly Invariant[] = [bookedOnce, oneFinalState, oneReceiptPerRecipient, receiptAmount, eventsWithoutGap];

/** Checks all of them. @throws PlatformUnreachableError, PlatformRefusalError */
export async function checkAll(context: InvariantContext): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  for (const invariant of INVARIANTS) found.push(...(await invariant.check(context)));
  return found;
}
