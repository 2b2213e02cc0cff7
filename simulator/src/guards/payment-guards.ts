/** Guards of sessions, outcomes and idempotency keys. */
import { bookedOnce } from '../invariants/booked-once.ts';
import { oneFinalState } from '../invariants/one-final-state.ts';
import { ownTokens } from '../invariants/own-tokens.ts';
import { repeatsAnsweredAlike } from '../invariants/repeats-answered-alike.ts';
import type { Edit, Guard } from './types.ts';

const NOTICES = 'subgraphs/payments/src/persistence/notice-queries.ts';
const PAYMENTS = 'subgraphs/payments/src/persistence/payment-queries.ts';
const OPENINGS = 'subgraphs/payments/src/persistence/opening-queries.ts';
const OUTCOMES = 'subgraphs/payments/src/domain/outcome-decision.ts';
const SENDING = 'subgraphs/payments/src/services/send-payment-outcome.ts';
const KEYED = 'subgraphs/payments/src/services/keyed-request.ts';

// The same condition where a notice is claimed and where it is taken without a claim.
const FREE = `where (known.status is null or known.status = 'INSERTED') and (known.claim_id is null or known.claimed_until <= excluded.updated_at)`;
const HELD = `and notice.claim_id = item.claim_id and (notice.status is null or notice.status = 'INSERTED')`;

/** The last wall of all: the table itself has room for one session or booking of a notice. */
const ONE_HOLDS: Edit = {
  file: 'subgraphs/payments/src/persistence/migrations.ts',
  snippet: 'create unique index payment_holds_notice on payment',
  replacement: 'create index payment_holds_notice on payment',
};

const OPTION_HELD = 'and (notice.option_claim is distinct from notice.claim_id or notice.claimed_until > item.now)';

/** Lets a notice be claimed and taken on another condition. */
const freeIf = (replacement: string): Edit[] => [NOTICES, OPENINGS].map((file) => ({ file, snippet: FREE, replacement }));

export const paymentGuards: readonly Guard[] = [
  {
    name: 'one session for a notice',
    keeps: 'A notice that somebody is paying is not opened for anybody else.',
    edits: [
      ...freeIf(`where coalesce(known.status, 'INSERTED') not in ('PAID', 'NOTIFIED')`),
      { file: OPENINGS, snippet: HELD, replacement: `and coalesce(notice.status, 'INSERTED') not in ('PAID', 'NOTIFIED')` },
      { file: OPENINGS, snippet: OPTION_HELD, replacement: '' },
      ONE_HOLDS,
    ],
    drills: ['race'],
    watchedBy: bookedOnce.name,
  },
  {
    name: 'a paid notice stays closed',
    keeps: 'A notice that has been paid is not opened again.',
    edits: [
      ...freeIf(`where known.status is distinct from 'PAYING' and (known.claim_id is null or known.claimed_until <= excluded.updated_at)`),
      { file: OPENINGS, snippet: HELD, replacement: `and notice.claim_id = item.claim_id and notice.status is distinct from 'PAYING'` },
      ONE_HOLDS,
    ],
    drills: ['payAgain'],
    watchedBy: bookedOnce.name,
  },
  {
    name: 'a late outcome finds its notice taken',
    keeps: 'An outcome that comes when the notice was paid with another token is not booked.',
    edits: [
      {
        file: OUTCOMES,
        snippet: `if (taken) return refuse(new Fault('PPT_PAGAMENTO_DUPLICATO', { description: duplicateBecause(others) }));`,
        replacement: '',
      },
      ONE_HOLDS,
    ],
    drills: ['late'],
    watchedBy: bookedOnce.name,
  },
  {
    name: 'an outcome counts once',
    keeps: 'What an outcome has settled a second one does not change.',
    edits: [
      { file: OUTCOMES, snippet: 'if (isAcquired(token.status)) return refuse(alreadyAcquired(token, outcome));', replacement: '' },
      {
        file: 'subgraphs/payments/src/domain/payment-status.ts',
        snippet: 'if (!PAYMENT_TRANSITIONS[from].includes(to)) throw new InvariantError(`a payment cannot go from ${from} to ${to}`);',
        replacement: '',
      },
    ],
    drills: ['contradict'],
    watchedBy: oneFinalState.name,
  },
  {
    name: 'only open tokens expire',
    keeps: 'A token whose outcome was booked is not cancelled at its time.',
    edits: [
      {
        file: PAYMENTS,
        snippet: `where payment.status = 'PAYING' and payment.expires_at <= $1`,
        replacement: 'where payment.expires_at <= $1',
      },
      {
        file: PAYMENTS,
        snippet: `where payment_token = any($1) and status = 'PAYING' returning`,
        replacement: 'where payment_token = any($1) returning',
      },
    ],
    drills: ['late'],
    watchedBy: oneFinalState.name,
  },
  {
    name: 'a token is its own PSP’s',
    keeps: 'A PSP cannot settle a session that another one opened.',
    edits: [{ file: SENDING, snippet: ' && each.pspCode === pspCode);', replacement: ');' }],
    drills: ['stranger'],
    watchedBy: ownTokens.name,
  },
  {
    name: 'a repeat gets the first answer',
    keeps: 'An activation that is sent again under its key is answered with the token of the first one.',
    edits: [{ file: KEYED, snippet: 'return known && answerOfEntry<Answer>(known, entry.requestHash);', replacement: 'return undefined;' }],
    drills: ['repeat'],
    watchedBy: repeatsAnsweredAlike.name,
  },
  {
    name: 'a key is for one request',
    keeps: 'A key that is used for another request is refused.',
    edits: [{ file: KEYED, snippet: 'if (known.requestHash !== hash) return refusal(otherRequest());', replacement: '' }],
    drills: ['repeat'],
    watchedBy: repeatsAnsweredAlike.name,
  },
];
