/** Events that a consumer could not handle: set aside so that the others go on, visible, and replayable once the cause is mended. */
import type { Database, Transaction } from '../database/index.ts';
import { fromDate, type Clock } from '../time/index.ts';
import type { PlatformEvent } from './contract.ts';

export interface DeadLetter {
  /** Grows with every event set aside. */
  readonly id: number;
  readonly consumer: string;
  readonly event: PlatformEvent;
  readonly attempts: number;
  readonly error: string;
  /** Epoch milliseconds. */
  readonly parkedAt: number;
}

interface Row {
  id: number;
  consumer: string;
  position: number;
  event: PlatformEvent;
  attempts: number;
  error: string;
  parked_at: Date;
}

export async function park(
  transaction: Transaction,
  name: string,
  event: PlatformEvent,
  attempts: number,
  error: string,
  clock: Clock,
): Promise<void> {
  const { position, ...rest } = event;
  await transaction.query(
    `insert into dead_letter (consumer, event_id, position, event, attempts, error, parked_at) values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (consumer, event_id) do update set attempts = excluded.attempts, error = excluded.error, parked_at = excluded.parked_at`,
    [name, event.id, position.toString(), JSON.stringify(rest), attempts, error, clock.date()],
  );
}

/** A page of a consumer's dead letters, oldest first. */
export async function listDeadLetters(database: Database, name: string, after: number, first: number): Promise<DeadLetter[]> {
  const rows = await database.query<Row>(
    `select id, consumer, position, event, attempts, error, parked_at from dead_letter
      where consumer = $1 and id > $2 order by id limit $3`,
    [name, after, first],
  );
  return rows.map(toDeadLetter);
}

/** Takes a dead letter out, inside the transaction that handles its event. Undefined when there is none of that id (any more). */
export async function takeDeadLetter(transaction: Transaction, name: string, id: number): Promise<DeadLetter | undefined> {
  const [row] = await transaction.query<Row>(
    'delete from dead_letter where consumer = $1 and id = $2 returning id, consumer, position, event, attempts, error, parked_at',
    [name, id],
  );
  return row && toDeadLetter(row);
}

export async function countDeadLetters(database: Database, name: string): Promise<number> {
  const [row] = await database.query<{ parked: number }>('select count(*)::integer as parked from dead_letter where consumer = $1', [name]);
  return row?.parked ?? 0;
}

function toDeadLetter({ id, consumer, position, event, attempts, error, parked_at }: Row): DeadLetter {
  return { id, consumer, event: { ...event, position: BigInt(position) }, attempts, error, parkedAt: fromDate(parked_at) };
}
