/** Ends sessions of options that were activated before it was known that another option of their position is being paid, or was. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { paymentCancelled } from '@nodo-aperto/schema/events';
import { ACTIVATION_PRIMITIVES } from '../domain/activation-primitives.ts';
import { sessionsRuledOut } from '../domain/rival-sessions.ts';
import { forgetActivations } from '../persistence/idempotency-queries.ts';
import type { NoticeKey } from '../persistence/notice-queries.ts';
import { lockOptions } from '../persistence/option-queries.ts';
import { snapshotOf } from '../persistence/payment-record.ts';
import { cancelPayments } from '../persistence/payment-queries.ts';
import { findRivals, lockHeld } from '../persistence/rival-sessions.ts';
import type { PaymentsDependencies } from './dependencies.ts';

/** Positions that one run looks at. */
const MOST = 200;

/** @returns how many sessions ended of the positions of the notices */
export async function ruleOutSessions(
  { clock, outbox }: Pick<PaymentsDependencies, 'clock' | 'outbox'>,
  transaction: Transaction,
  notices: readonly NoticeKey[],
): Promise<number> {
  let ended = 0;
  for (const notice of notices) {
    await lockOptions(transaction, notice);
    const tokens = sessionsRuledOut(await lockHeld(transaction, notice));
    if (tokens.length === 0) continue;
    const payments = await cancelPayments(transaction, tokens, clock.date());
    // Who repeats such an activation shall be told what is, not given the token that has ended.
    await forgetActivations(transaction, tokens, ACTIVATION_PRIMITIVES);
    await outbox.appendMany(transaction, paymentCancelled, payments.map(snapshotOf));
    ended += payments.length;
  }
  return ended;
}

/**
 * Looks through all open sessions: one that was being opened while its position was loaded is not among those that the projection finds.
 * @returns how many ended
 */
export async function ruleOutAll(dependencies: Pick<PaymentsDependencies, 'database' | 'clock' | 'outbox'>): Promise<number> {
  let ended = 0;
  for (const notice of await findRivals(dependencies.database, MOST))
    ended += await dependencies.database.transaction((transaction) => ruleOutSessions(dependencies, transaction, [notice]));
  return ended;
}
