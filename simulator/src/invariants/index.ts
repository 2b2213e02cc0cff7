import type { RunLedger } from '../ledger/index.ts';
import type { PlatformClient } from '../platform-client/index.ts';
import { bookedOnce } from './booked-once.ts';
import { eventsWithoutGap } from './events-without-gap.ts';
import { everyChangeStated } from './every-change-stated.ts';
import { flowTotals } from './flow-totals.ts';
import { kpisRecomputed } from './kpis-recomputed.ts';
import { modeToldAlike } from './mode-told-alike.ts';
import { oneFinalState } from './one-final-state.ts';
import { oneReceiptPerRecipient } from './one-receipt-per-recipient.ts';
import { ownEvents } from './own-events.ts';
import { ownTokens } from './own-tokens.ts';
import { platformBooks } from './platform-books.ts';
import type { PlatformBooks } from './platform-books.ts';
import { receiptAmount } from './receipt-amount.ts';
import { repeatsAnsweredAlike } from './repeats-answered-alike.ts';
import { reportedOnce } from './reported-once.ts';
import { standInAgreed } from './stand-in-agreed.ts';
import { storyOf } from './story.ts';
import type { Invariant, Violation } from './types.ts';

export type { Invariant, InvariantContext, Violation } from './types.ts';

/** Every rule that is watched, in the order of the report. */
export const INVARIANTS: readonly Invariant[] = [
  bookedOnce,
  oneFinalState,
  ownTokens,
  repeatsAnsweredAlike,
  standInAgreed,
  modeToldAlike,
  oneReceiptPerRecipient,
  receiptAmount,
  reportedOnce,
  flowTotals,
  everyChangeStated,
  eventsWithoutGap,
  ownEvents,
  kpisRecomputed,
];

export interface CheckOptions {
  readonly ledger: RunLedger;
  readonly platform: PlatformClient;
  /** Whether the run is over: what may still be under way during it must have come to its end. */
  readonly final: boolean;
}

/** How far the platform's logs have been read: one run has one ledger, and its checks go on where the last one ended. */
const booksOfRuns = new WeakMap<RunLedger, PlatformBooks>();

/** Violations of one rule whose stories are asked of the platform; of the others the simulator's part is told. */
const MOST_WHOLE_STORIES = 5;

/** Checks all of them. @throws PlatformUnreachableError, PlatformRefusalError */
export async function checkAll({ ledger, platform, final }: CheckOptions): Promise<readonly Violation[]> {
  const opened = booksOfRuns.get(ledger) ?? platformBooks(platform);
  booksOfRuns.set(ledger, opened);
  const context = { ledger, books: opened.open(), final };
  const violations: Violation[] = [];
  for (const invariant of INVARIANTS) {
    for (const [index, { what, notice }] of (await invariant.check(context)).entries()) {
      const whole = index < MOST_WHOLE_STORIES;
      const story = notice === undefined ? [] : whole ? await storyOf(context, notice) : ledger.story(notice);
      violations.push({ invariant: invariant.name, what, story });
    }
  }
  return violations;
}
