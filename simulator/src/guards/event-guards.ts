/** Guards of the stream of events, and of who is shown what. */
import { everyChangeStated } from '../invariants/every-change-stated.ts';
import { eventsWithoutGap } from '../invariants/events-without-gap.ts';
import { ownEvents } from '../invariants/own-events.ts';
import type { Guard } from './types.ts';

export const eventGuards: readonly Guard[] = [
  {
    name: 'a change is stated with its rows',
    keeps: 'A payment does not change without an event that says so.',
    edits: [
      {
        file: 'subgraphs/payments/src/services/expire-tokens.ts',
        snippet: 'await outbox.appendMany(transaction, paymentCancelled, payments.map(snapshotOf));',
        replacement: '',
      },
    ],
    drills: ['late'],
    watchedBy: everyChangeStated.name,
  },
  {
    name: 'who is behind reads the log',
    keeps: 'A subscriber that is further behind than memory reaches misses nothing.',
    edits: [
      {
        file: 'kernel/src/events/subscription.ts',
        snippet: 'if (this.#position < this.#tail.floor) return this.#readLog();',
        replacement: '',
      },
    ],
    strain: [
      {
        file: 'kernel/src/events/tail.ts',
        snippet: 'const ring = new EventRing(capacity,',
        replacement: 'const ring = new EventRing(Math.min(capacity, 4),',
      },
    ],
    drills: ['pay', 'resume'],
    watchedBy: eventsWithoutGap.name,
  },
  {
    name: 'events have an audience',
    keeps: 'A party is sent the events that are addressed to it and no others.',
    edits: [
      {
        file: 'kernel/src/graphql/event-stream.ts',
        snippet: 'return audienceOf(principal);',
        replacement: `return audienceOf({ ...principal, role: 'OPERATOR' });`,
      },
    ],
    drills: ['pay'],
    watchedBy: ownEvents.name,
  },
  {
    name: 'a PSP sees its own payments',
    keeps: 'The list of payments of a PSP has its own only.',
    edits: [
      {
        file: 'subgraphs/payments/src/persistence/visibility.ts',
        snippet: 'return tenant === undefined ? undefined : { pspCode: tenant };',
        replacement: 'return tenant === undefined ? undefined : {};',
      },
    ],
    drills: ['pay'],
    watchedBy: ownEvents.name,
  },
  {
    name: 'a creditor sees its own payments',
    keeps: 'The list of payments of a creditor has those of its notices only.',
    edits: [
      {
        file: 'subgraphs/payments/src/persistence/visibility.ts',
        snippet: "purpose === 'LIST' ? { creditorFiscalCode: tenant } :",
        replacement: "purpose === 'LIST' ? {} :",
      },
    ],
    drills: ['pay'],
    watchedBy: ownEvents.name,
  },
];
