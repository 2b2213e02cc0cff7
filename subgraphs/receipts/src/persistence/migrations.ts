/** The tables of the receipts schema. Forward only: a change is a new migration. */
import type { Migration } from '@nodo-aperto/kernel/database';
import { splitReceipts } from './partitions.ts';

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
  {
    name: 'receipts-0002-years-of-receipts',
    up: [
      // Every table has the instant of the payment (steps: their own): by it rows are removed after ten years, and tables can be partitioned.
      `create index receipt_paid on receipt (paid_at)`,
      `create index receipt_of_iuv on receipt (iuv, sequence)`,
      `create index receipt_of_notice on receipt (notice_number, sequence)`,
      // Payments that were booked with one outcome; see cart of the content.
      `alter table receipt add column cart_id text`,
      `create index receipt_of_cart on receipt (cart_id) where cart_id is not null`,
      `alter table receipt_party add column paid_at timestamptz`,
      `update receipt_party as party set paid_at = receipt.paid_at from receipt where receipt.receipt_id = party.receipt_id`,
      `alter table receipt_party alter column paid_at set not null`,
      `create index receipt_party_of_receipt on receipt_party (receipt_id)`,
      `alter table recipient add column paid_at timestamptz`,
      `update recipient set paid_at = receipt.paid_at from receipt where receipt.receipt_id = recipient.receipt_id`,
      `alter table recipient alter column paid_at set not null`,
      // Not sent, but left to be fetched: the station is asynchronous.
      `alter table recipient add column kept boolean not null default false`,
      // When the creditor first fetched what could not be delivered.
      `alter table recipient add column fetched_at timestamptz`,
      // Undelivered is said by delivered_at in all indexes, so that the other steps of a delivery change no indexed column: with room left on
      // its page the row is updated in place.
      `alter table recipient add check ((status = 'NOTIFIED') = (delivered_at is not null))`,
      `alter table recipient set (fillfactor = 50)`,
      `alter table receipt set (fillfactor = 65)`,
      `drop index recipient_due, recipient_drain, recipient_queue_of_station, recipient_queue_of_creditor, recipient_queue_of_broker`,
      `create index recipient_drain on recipient (station_code, sequence) where delivered_at is null and next_attempt_at is not null`,
      `create index recipient_waiting on recipient (station_code, next_attempt_at) where delivered_at is null and next_attempt_at is not null`,
      `create index recipient_queue_of_station on recipient (station_code, sequence) where delivered_at is null`,
      `create index recipient_queue_of_creditor on recipient (creditor_fiscal_code, sequence) where delivered_at is null`,
      `create index recipient_queue_of_broker on recipient (broker_code, sequence) where delivered_at is null`,
    ],
  },
  {
    name: 'receipts-0003-hidden-and-fetched',
    up: [
      `create table hidden_receipt (
        -- Who does not want to see it: CITIZEN:…
        party text not null,
        receipt_id text not null references receipt,
        at timestamptz not null,
        primary key (party, receipt_id)
      )`,
      `create index hidden_receipt_of_receipt on hidden_receipt (receipt_id)`,
      `create table fetch_budget (
        -- Digest of the key.
        caller text primary key,
        calls_left double precision not null,
        at timestamptz not null
      )`,
    ],
  },
  {
    name: 'receipts-0004-amount-drift',
    up: [
      `create table stand_in_payment (
        payment_token text primary key,
        creditor_fiscal_code text not null,
        notice_number text not null,
        iuv text not null,
        broker_code text not null,
        station_code text not null,
        paid bigint not null,
        activated_at timestamptz not null,
        -- Null while it is not booked.
        paid_at timestamptz,
        actual bigint,
        learnt_at timestamptz,
        occasion text
      )`,
      `create index stand_in_payment_of_notice on stand_in_payment (creditor_fiscal_code, notice_number)`,
      `create index stand_in_payment_of_period on stand_in_payment (creditor_fiscal_code, paid_at, payment_token) where paid_at is not null`,
      `create index stand_in_payment_unbooked on stand_in_payment (activated_at) where paid_at is null`,
      // What creditors said of the worth of their notices: for as long as a payment of them may still be booked.
      `create table amount_word (
        creditor_fiscal_code text not null,
        notice_number text not null,
        at timestamptz not null,
        occasion text not null,
        amount bigint not null,
        primary key (creditor_fiscal_code, notice_number, at, occasion)
      )`,
      `create index amount_word_by_age on amount_word (at)`,
    ],
  },
  {
    name: 'receipts-0005-documents',
    up: [
      `create table document (
        receipt_id text not null references receipt,
        copy text not null check (copy in ('PAYER', 'DEBTOR', 'ATTESTATION')),
        state text not null check (state in ('GENERATING', 'READY', 'FAILED')),
        requested_at timestamptz not null,
        generated_at timestamptz,
        attempts integer not null,
        content bytea,
        primary key (receipt_id, copy)
      )`,
      `create index document_by_age on document (requested_at)`,
      // What links to documents are signed with.
      `create table link_key (id integer primary key check (id = 1), secret text not null)`,
    ],
  },
  ...splitReceipts,
];
