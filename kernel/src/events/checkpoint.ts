/** What a consumer keeps in its own schema: how far it got, what it applied, what it could not apply. */
import type { Database, Transaction } from '../database/index.ts';
import type { Clock } from '../time/index.ts';
import type { PlatformEvent, StreamName } from './contract.ts';

/** The consumer's turn is taken by another instance for the moment. */
export const BUSY = 'BUSY';

/** Makes the consumer known; it begins at the oldest event. Gives the position it got to. */
export async function register(database: Database, name: string, source: StreamName, clock: Clock): Promise<bigint> {
  await database.query('insert into consumer (name, source, position, updated_at) values ($1, $2, 0, $3) on conflict (name) do nothing', [
    name,
    source,
    clock.date(),
  ]);
  const [row] = await database.query<{ position: number }>('select position from consumer where name = $1', [name]);
  return BigInt(row?.position ?? 0);
}

/**
 * Takes the consumer's row for the length of the transaction and tells how far it got. Whoever holds the row applies events; a process that
 * dies loses it together with its connection, and what it had not committed.
 */
export async function takeTurn(transaction: Transaction, name: string): Promise<bigint | typeof BUSY> {
  const [row] = await transaction.query<{ position: number }>(
    'select position from consumer where name = $1 for update skip locked',
    [name],
    { name: 'events_take_turn' },
  );
  return row ? BigInt(row.position) : BUSY;
}

/** Notes the events as applied, and gives back those that were not before. */
export async function admit(
  transaction: Transaction,
  name: string,
  events: readonly PlatformEvent[],
  clock: Clock,
): Promise<PlatformEvent[]> {
  const rows = await transaction.query<{ event_id: string }>(
    `insert into inbox (consumer, event_id, position, applied_at)
      select $1, event.id, event.position, $4 from unnest($2::uuid[], $3::bigint[]) as event (id, position)
      on conflict do nothing returning event_id`,
    [name, events.map((event) => event.id), events.map((event) => event.position.toString()), clock.date()],
    { name: 'events_admit' },
  );
  if (rows.length === events.length) return [...events];
  const admitted = new Set(rows.map((row) => row.event_id));
  return events.filter((event) => admitted.has(event.id));
}

export async function moveTo(transaction: Transaction, name: string, position: bigint, clock: Clock): Promise<void> {
  await transaction.query('update consumer set position = $2, updated_at = $3 where name = $1', [name, position.toString(), clock.date()], {
    name: 'events_move_to',
  });
}

/**
 * Tells the stream's owner how far the consumer got, so that retention keeps what it still needs. The table belongs to the bus, like the
 * log that it stands beside.
 */
export async function reportPosition(database: Database, source: StreamName, name: string, position: bigint, clock: Clock): Promise<void> {
  await database.query(
    `insert into ${source}.stream_reader (consumer, position, reported_at) values ($1, $2, $3)
      on conflict (consumer) do update set position = excluded.position, reported_at = excluded.reported_at`,
    [name, position.toString(), clock.date()],
  );
}

/** What came of {@link advance}. */
export interface Advance {
  /** Where the consumer stands in the table; BUSY when another instance holds its turn. */
  readonly at: bigint | typeof BUSY;
  /** Whether it was where it was expected: only then was anything written. */
  readonly moved: boolean;
  /** The events that had not been applied before, in their order. */
  readonly fresh: readonly PlatformEvent[];
}

// The row lock is the turn. What is expected is compared with what the lock found, so that a position that changed meanwhile moves nothing.
const ADVANCE = `with turn as materialized (select position from consumer where name = $1 for update skip locked),
  moved as (
    update consumer set position = $3::bigint, updated_at = $4::timestamptz from turn
    where consumer.name = $1 and turn.position = $2::bigint returning 1
  ), admitted as (
    insert into inbox (consumer, event_id, position, applied_at)
    select $1, event.id, event.position, $4::timestamptz from unnest($5::uuid[], $6::bigint[]) as event (id, position)
    where exists (select from moved) on conflict do nothing returning event_id
  ), counted as (select count(*)::integer as fresh from admitted)
  select turn.position, exists (select from moved) as moved, counted.fresh,
    case when counted.fresh < coalesce(array_length($5::uuid[], 1), 0) then array(select event_id::text from admitted) end as ids
  from turn cross join counted`;

/**
 * Takes the consumer's turn for the length of the transaction, notes the events as applied and moves on to `last`: {@link takeTurn},
 * {@link admit} and {@link moveTo} in one statement, for the way that every batch takes.
 * @param expected where the consumer is thought to stand; from anywhere else nothing is done
 */
export async function advance(
  transaction: Transaction,
  name: string,
  step: { readonly expected: bigint; readonly last: bigint; readonly events: readonly PlatformEvent[] },
  clock: Clock,
): Promise<Advance> {
  const { expected, last, events } = step;
  const [row] = await transaction.query<{ position: number; moved: boolean; fresh: number; ids: string[] | null }>(
    ADVANCE,
    [
      name,
      expected.toString(),
      last.toString(),
      clock.date(),
      events.map((event) => event.id),
      events.map((event) => event.position.toString()),
    ],
    { name: 'events_advance' },
  );
  if (!row) return { at: BUSY, moved: false, fresh: [] };
  if (!row.moved) return { at: BigInt(row.position), moved: false, fresh: [] };
  const ids = row.ids && new Set(row.ids);
  return { at: last, moved: true, fresh: ids ? events.filter((event) => ids.has(event.id)) : events };
}

/** Counts a failed try of an event; survives a restart, so that a poisonous event cannot keep a crashing service in a loop. */
export async function countFailure(database: Database, name: string, event: PlatformEvent, reason: string, clock: Clock): Promise<number> {
  const [row] = await database.query<{ attempts: number }>(
    `insert into consumer_failure as failure (consumer, event_id, attempts, first_failed_at, last_error) values ($1, $2, 1, $3, $4)
      on conflict (consumer, event_id) do update set attempts = failure.attempts + 1, last_error = excluded.last_error returning attempts`,
    [name, event.id, clock.date(), reason],
  );
  return row?.attempts ?? 1;
}

/** Forgets the failed tries of an event that went through or was set aside. */
export async function forgetFailure(transaction: Transaction, name: string, eventId: string): Promise<void> {
  await transaction.query('delete from consumer_failure where consumer = $1 and event_id = $2', [name, eventId]);
}
