/** How long the bus keeps what was published. */
import type { Database } from '../database/index.ts';
import type { JobDefinition } from '../jobs/definitions.ts';
import { asDate, type Clock, DAY, HOUR } from '../time/index.ts';
import type { StreamName } from './contract.ts';

export interface RetentionSettings {
  /** Events published longer ago may go. */
  readonly keepMs: number;
  /** Whether the newest event of each subject stays for ever, so that a new reader can learn the whole present state. */
  readonly compacted: boolean;
}

const DEFAULT: RetentionSettings = { keepMs: 7 * DAY, compacted: false };

/**
 * Sent events are kept for a week, so that a window can be read again. The stream of the directory is kept for longer and then compacted:
 * a projection that starts today must learn every party, and which routes were valid at the time of a payment some months ago.
 */
export const STREAM_RETENTION: Readonly<Partial<Record<StreamName, RetentionSettings>>> = {
  onboarding: { keepMs: 400 * DAY, compacted: true },
};

/** A reader that has not reported for so long is gone; nothing is kept for it any more. */
const ABANDONED_MS = 30 * DAY;
const BATCH = 5_000;

export interface RetentionResult {
  readonly events: number;
  readonly inbox: number;
  readonly revisions: number;
}

/** Deletes what need not be kept in a schema: published events that every reader has passed, and the notes of consumers about older ones. */
export async function retainEvents(
  database: Database,
  clock: Clock,
  settings: RetentionSettings = DEFAULT,
  signal?: AbortSignal,
): Promise<RetentionResult> {
  const cutoff = asDate(clock.now() - settings.keepMs);
  const upTo = await deletableUpTo(database, cutoff, clock);
  const events = settings.compacted ? await compact(database, upTo) : await deleteAll(database, upTo, signal);
  return { events, ...(await forget(database, clock)) };
}

/** The position up to which events are old enough, and passed by all readers that are alive. */
async function deletableUpTo(database: Database, cutoff: Date, clock: Clock): Promise<number> {
  const [row] = await database.query<{ position: number }>(
    `select least(
      coalesce((select outbox.position - 1 from outbox where outbox.position is not null and outbox.published_at >= $1
        order by outbox.position limit 1), head.position),
      (select min(reader.position) from stream_reader as reader where reader.reported_at > $2)
    ) as position from stream_head as head`,
    [cutoff, asDate(clock.now() - ABANDONED_MS)],
  );
  return row?.position ?? 0;
}

/** In batches, so that no lock is held for long. */
async function deleteAll(database: Database, upTo: number, signal: AbortSignal | undefined): Promise<number> {
  for (let deleted = 0; ; ) {
    const batch = await deleteBatch(database, upTo);
    deleted += batch;
    if (batch < BATCH || signal?.aborted) return deleted;
  }
}

async function deleteBatch(database: Database, upTo: number): Promise<number> {
  // The floor moves in the same statement: a reader sees the events, or that they are gone.
  const [row] = await database.query<{ gone: number }>(
    `with gone as (
      delete from outbox where position in (select position from outbox where position <= $1 order by position limit $2) returning position
    ), moved as (
      update stream_head set floor = greatest(floor, (select max(position) from gone)) where exists (select 1 from gone)
    )
    select count(*)::integer as gone from gone`,
    [upTo, BATCH],
  );
  return row?.gone ?? 0;
}

/** The floor stays: what is left still tells the present state, which is what a compacted stream is for. */
async function compact(database: Database, upTo: number): Promise<number> {
  const [row] = await database.query<{ gone: number }>(
    `with gone as (
      delete from outbox as old where old.position <= $1
        and exists (select 1 from outbox as newer where newer.subject = old.subject and newer.name = old.name and newer.position > old.position)
      returning old.position
    )
    select count(*)::integer as gone from gone`,
    [upTo],
  );
  return row?.gone ?? 0;
}

/** Redelivery can only come from events still kept somewhere, or from an operator: a month covers both. */
async function forget(database: Database, clock: Clock): Promise<{ inbox: number; revisions: number }> {
  const before = asDate(clock.now() - ABANDONED_MS);
  const count = async (table: string): Promise<number> => {
    const [row] = await database.query<{ gone: number }>(
      `with gone as (delete from ${table} where applied_at < $1 returning 1) select count(*)::integer as gone from gone`,
      [before],
    );
    return row?.gone ?? 0;
  };
  return { inbox: await count('inbox'), revisions: await count('applied_revision') };
}

/** The hourly job that applies the retention to a service's schema. */
export function outboxRetention(database: Database, clock: Clock, settings?: RetentionSettings): JobDefinition {
  const retention = settings ?? STREAM_RETENTION[database.schema as StreamName] ?? DEFAULT;
  return {
    name: `OUTBOX_RETENTION:${database.schema}`,
    everyMs: HOUR,
    async run({ signal }) {
      const { events, inbox, revisions } = await retainEvents(database, clock, retention, signal);
      return { processed: events + inbox + revisions, detail: `${events} events, ${inbox} inbox entries, ${revisions} revisions` };
    },
  };
}
