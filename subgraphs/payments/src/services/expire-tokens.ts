/**
 * Expiry: cancels open tokens whose time has passed and frees their notices. It is effective only here, never by a comparison when an
 * outcome comes. Also gives back the claims of activations whose process is gone. Source: Domain facts, Payments §2.5, §2.6.
 */
import { paymentCancelled } from '@nodo-aperto/schema/events';
import { releaseAbandoned } from '../persistence/notice-queries.ts';
import { snapshotOf } from '../persistence/payment-record.ts';
import { cancelPayments, lockExpired } from '../persistence/payment-queries.ts';
import type { PaymentsDependencies } from './dependencies.ts';

/** Tokens of one transaction. */
const BATCH = 200;

export async function expireTokens(
  { database, clock, outbox }: PaymentsDependencies,
  signal: AbortSignal,
): Promise<{ cancelled: number; released: number }> {
  let cancelled = 0;
  while (!signal.aborted) {
    const batch = await database.transaction(async (transaction) => {
      const now = clock.date();
      const tokens = await lockExpired(transaction, now, BATCH);
      if (tokens.length === 0) return { locked: 0, cancelled: 0 };
      const payments = await cancelPayments(transaction, tokens, now);
      await outbox.appendMany(transaction, paymentCancelled, payments.map(snapshotOf));
      return { locked: tokens.length, cancelled: payments.length };
    });
    cancelled += batch.cancelled;
    if (batch.locked < BATCH) break;
  }
  return { cancelled, released: await releaseAbandoned(database, clock.date()) };
}
