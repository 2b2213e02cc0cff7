/** The bus's tables, the same in every schema. Positions, not sequences, are the order that readers see (see README.md). */
import type { Migration } from '../database/index.ts';

const OUTBOX = [
  `create table outbox (
    sequence bigint generated always as identity primary key,
    position bigint,
    id uuid not null,
    name text not null,
    version integer not null,
    subject text not null,
    revision bigint not null,
    audience text[] not null,
    data jsonb not null,
    occurred_at timestamptz not null,
    traceparent text,
    published_at timestamptz
  )`,
  // Partial indexes: an event is in the first until it is published, in the others from then on.
  'create index outbox_waiting on outbox (sequence) where position is null',
  'create unique index outbox_position on outbox (position) where position is not null',
  'create index outbox_subject on outbox (subject, position) where position is not null',
  // Every row is updated once, soon after it was written: without eager vacuuming the index of the waiting rows fills with dead entries.
  'alter table outbox set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0)',
  `create table stream_head (
    singleton boolean primary key default true check (singleton),
    position bigint not null default 0,
    floor bigint not null default 0
  )`,
  'insert into stream_head default values',
  `create table stream_reader (
    consumer text primary key,
    position bigint not null,
    reported_at timestamptz not null
  )`,
];

/**
 * Gives the oldest waiting events their positions. The lock makes relays take turns; it is released only after the commit is visible, and
 * each statement of a volatile function has its own snapshot, so the next relay starts from what this one wrote: no position is given
 * twice, none becomes visible after a higher one.
 */
const RELAY = `create function relay_outbox(batch integer, instant timestamptz) returns integer language plpgsql volatile as $$
declare
  last_position bigint;
  published integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('nodo-aperto.relay.' || current_schema(), 0));
  select head.position into strict last_position from stream_head as head;
  with waiting as (
    select candidate.sequence, row_number() over (order by candidate.sequence) as place
    from (select outbox.sequence from outbox where outbox.position is null order by outbox.sequence limit batch) as candidate
  )
  update outbox set position = last_position + waiting.place, published_at = instant
  from waiting where outbox.sequence = waiting.sequence;
  get diagnostics published = row_count;
  if published > 0 then
    update stream_head set position = last_position + published;
    perform pg_notify('stream_' || current_schema(), '');
  end if;
  return published;
end
$$`;

const CONSUMERS = [
  `create table consumer (
    name text primary key,
    source text not null,
    position bigint not null,
    updated_at timestamptz not null
  )`,
  `create table inbox (
    consumer text not null,
    event_id uuid not null,
    position bigint not null,
    applied_at timestamptz not null,
    primary key (consumer, event_id)
  )`,
  'create index inbox_applied_at on inbox using brin (applied_at)',
  `create table consumer_failure (
    consumer text not null,
    event_id uuid not null,
    attempts integer not null,
    first_failed_at timestamptz not null,
    last_error text not null,
    primary key (consumer, event_id)
  )`,
  `create table dead_letter (
    id bigint generated always as identity primary key,
    consumer text not null,
    event_id uuid not null,
    position bigint not null,
    event jsonb not null,
    attempts integer not null,
    error text not null,
    parked_at timestamptz not null,
    unique (consumer, event_id)
  )`,
  `create table applied_revision (
    projection text not null,
    subject text not null,
    revision bigint not null,
    applied_at timestamptz not null,
    primary key (projection, subject)
  )`,
];

/** Tables of the outbox, its relay, and the consumers; part of every schema. */
export const eventsMigrations: readonly Migration[] = [{ name: 'kernel-events-0001', up: [...OUTBOX, RELAY, ...CONSUMERS] }];
