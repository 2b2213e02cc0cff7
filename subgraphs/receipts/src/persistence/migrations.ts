/** The tables of the receipts schema. Forward only: a change is a new migration. */
import type { Migration } from '@nodo-aperto/kernel/database';

const RECIPIENT_KEY = 'receipt_id, creditor_fiscal_code, station_code';
const STATUSES = `'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED', 'NOTICE_PENDING'`;

export const migrations: readonly Migration[] = [
  {
    name: 'receipts-0001-receipts',
    up: [
      `create table receipt (
        receipt_id text primary key,
        -- Grows in the order in which payments were booked.
        sequence bigint generated always as identity unique,
        creditor_fiscal_code text not null check (creditor_fiscal_code ~ '^[0-9]{11}$'),
        notice_number text not null,
        iuv text not null,
        amount bigint not null check (amount between 0 and 99999999999),
        psp_code text not null,
        stand_in boolean not null,
        paid_at timestamptz not null,
        created_at timestamptz not null,
        -- When the last recipient had it.
        completed_at timestamptz,
        content jsonb not null,
        traceparent text,
        revision bigint not null
      )`,
      `create table receipt_party (
        -- As events address tenants: EC:…, BROKER:…, PSP:…, CITIZEN:…
        party text not null,
        sequence bigint not null,
        receipt_id text not null references receipt,
        primary key (party, sequence)
      )`,
      `create table recipient (
        receipt_id text not null references receipt,
        creditor_fiscal_code text not null,
        station_code text not null,
        broker_code text not null,
        -- Grows in the order of payments, and in the order of a receipt's recipients: the order in which queues drain.
        sequence bigint generated always as identity unique,
        status text not null check (status in (${STATUSES})),
        attempts integer not null,
        counted_attempts integer not null,
        early_attempts integer not null,
        -- The next attempt comes before its time.
        brought_forward boolean not null,
        may_be_brought_forward boolean not null,
        -- Null once delivered or used up.
        next_attempt_at timestamptz,
        attempted_at timestamptz,
        -- An attempt is under way, or its process died: until then nobody else tries.
        claimed_until timestamptz,
        error_code text,
        error_detail text,
        created_at timestamptz not null,
        delivered_at timestamptz,
        exhausted_at timestamptz,
        primary key (${RECIPIENT_KEY})
      )`,
      `create index recipient_due on recipient (next_attempt_at) where status <> 'NOTIFIED' and next_attempt_at is not null`,
      `create index recipient_drain on recipient (station_code, sequence) where status <> 'NOTIFIED' and next_attempt_at is not null`,
      `create index recipient_queue_of_station on recipient (station_code, sequence) where status <> 'NOTIFIED'`,
      `create index recipient_queue_of_creditor on recipient (creditor_fiscal_code, sequence) where status <> 'NOTIFIED'`,
      `create index recipient_queue_of_broker on recipient (broker_code, sequence) where status <> 'NOTIFIED'`,
      `create table recipient_step (
        sequence bigint generated always as identity primary key,
        receipt_id text not null,
        creditor_fiscal_code text not null,
        station_code text not null,
        status text not null check (status in (${STATUSES})),
        at timestamptz not null,
        attempt integer not null,
        error_code text,
        error_detail text,
        -- Milliseconds from the call to its end.
        elapsed_ms integer,
        -- The creditor had it already.
        duplicate boolean not null,
        foreign key (${RECIPIENT_KEY}) references recipient
      )`,
      `create index recipient_step_of_recipient on recipient_step (${RECIPIENT_KEY}, sequence)`,
      `create table station_state (
        station_code text primary key,
        stand_in boolean not null,
        since timestamptz not null,
        reason text not null,
        revision bigint not null
      )`,
      `create table redelivery (party text not null, at timestamptz not null)`,
      `create index redelivery_of_party on redelivery (party, at)`,
    ],
  },
];
