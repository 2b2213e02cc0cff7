import type { Transaction } from '../database/index.ts';
import type { Clock } from '../time/index.ts';
import type { PlatformEvent } from './contract.ts';

/**
 * Runs the work only when the event's revision is newer than the newest that this projection applied of the same thing: an older state
 * never overwrites a newer one, in whatever order and however often events come. For projections that keep no revision column of their own.
 * @returns whether the work ran
 */
export async function applyIfNewer(
  transaction: Transaction,
  projection: string,
  event: Pick<PlatformEvent, 'subject' | 'revision'>,
  clock: Clock,
  work: () => Promise<void>,
): Promise<boolean> {
  const rows = await transaction.query(
    `insert into applied_revision as applied (projection, subject, revision, applied_at) values ($1, $2, $3, $4)
      on conflict (projection, subject) do update set revision = excluded.revision, applied_at = excluded.applied_at
      where applied.revision < excluded.revision returning revision`,
    [projection, event.subject, event.revision, clock.date()],
    { name: 'events_apply_if_newer' },
  );
  if (rows.length === 0) return false;
  await work();
  return true;
}
