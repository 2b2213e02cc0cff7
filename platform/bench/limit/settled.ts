/** When everything that follows from the payments is written: no fact waits for its position, and no consumer moves on any more. */
import type { Client } from 'pg';
import { type Clock, withDeadline } from '@nodo-aperto/kernel/time';

const LOOK_MS = 20;
/** Consumers follow each other: who is still for so long is done. */
const QUIET_MS = 400;
const PATIENCE_MS = 60_000;

/** @returns the monotonic time at which the last change was seen */
export async function settled(database: Client, schemas: readonly string[], clock: Clock): Promise<number> {
  const waiting = schemas.map((schema) => `exists (select from ${schema}.outbox where position is null)`);
  const heads = schemas.map((schema) => `select '${schema} ' || position as place from ${schema}.stream_head`);
  const consumers = schemas.map((schema) => `select '${schema} ' || name || ' ' || position from ${schema}.consumer`);
  const question = `select ${waiting.join(' or ')} as busy, (select string_agg(place, ' ' order by place) from (${[...heads, ...consumers].join(' union all ')}) as places) as places`;
  return withDeadline(clock, PATIENCE_MS, 'what follows from the payments', async (signal) => {
    let known = '';
    let changed = clock.monotonic();
    for (;;) {
      const { rows } = await database.query<{ busy: boolean; places: string }>(question);
      const { busy = true, places = '' } = rows[0] ?? {};
      if (busy || places !== known) changed = clock.monotonic();
      else if (clock.monotonic() - changed >= QUIET_MS) return changed;
      known = places;
      await clock.sleep(LOOK_MS, signal);
    }
  });
}
