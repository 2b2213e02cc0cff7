/** Removes idempotency entries whose time has passed. Source: Domain facts, Payments §2.4 (idempotencyCacheClean). */
import { removeExpired } from '../persistence/idempotency-queries.ts';
import type { PaymentsDependencies } from './dependencies.ts';

const BATCH = 1_000;

export async function cleanIdempotency(
  { database, clock }: Pick<PaymentsDependencies, 'database' | 'clock'>,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  while (!signal.aborted) {
    const count = await removeExpired(database, clock.date(), BATCH);
    removed += count;
    if (count < BATCH) break;
  }
  return removed;
}
