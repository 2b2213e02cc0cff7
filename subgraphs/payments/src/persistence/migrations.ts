/** The tables of the payments schema. Forward only: a change is a new migration. */
import type { Migration } from '@nodo-aperto/kernel/database';

const NOTICE_STATES = `('INSERTED', 'PAYING', 'PAID', 'NOTIFIED')`;
const PAYMENT_STATES = `('PAYING', 'PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED', 'FAILED', 'CANCELLED')`;
const HOLDING_STATES = `('PAYING', 'PAID', 'NOTICE_GENERATED', 'NOTICE_SENT', 'NOTIFIED')`;

export const migrations: readonly Migration[] = [
  {
    name: 'payments-0001-payments',
    up: [
      // One row per notice holds the lock. A row without a status is a notice that was never activated and that an activation claims.
      `create table notice (
        creditor_fiscal_code text not null,
        notice_number text not null,
        status text check (status in ${NOTICE_STATES}),
        payment_token text,
        claim_id uuid,
        claimed_until timestamptz,
        revision bigint not null,
        updated_at timestamptz not null,
        primary key (creditor_fiscal_code, notice_number),
        check ((claim_id is null) = (claimed_until is null)),
        check (status is not null or claim_id is not null)
      ) with (fillfactor = 80)`,
      'create index notice_claimed on notice (claimed_until) where claim_id is not null',
      `create table notice_status_change (
        id bigint generated always as identity primary key,
        creditor_fiscal_code text not null,
        notice_number text not null,
        status text not null check (status in ${NOTICE_STATES}),
        payment_token text not null,
        at timestamptz not null
      )`,
      'create index notice_status_change_of on notice_status_change (creditor_fiscal_code, notice_number, id)',
      `create table payment (
        payment_token text primary key,
        creditor_fiscal_code text not null,
        notice_number text not null,
        iuv text not null,
        creditor_name text not null,
        office_name text,
        amount bigint not null check (amount > 0),
        description text not null,
        due_date date,
        debtor jsonb not null,
        transfers jsonb not null,
        metadata jsonb,
        creditors text[] not null,
        psp_code text not null,
        psp_name text not null,
        psp_fiscal_code text,
        psp_broker_code text not null,
        channel_code text not null,
        creditor_broker_code text not null,
        station_code text not null,
        stand_in boolean not null,
        status text not null check (status in ${PAYMENT_STATES}),
        activated_at timestamptz not null,
        expires_at timestamptz not null,
        activation_payment_method text,
        touch_point text,
        payment_note text,
        outcome text check (outcome in ('OK', 'KO')),
        outcome_at timestamptz,
        late boolean not null,
        payment_method text,
        payment_channel text,
        fee bigint check (fee >= 0),
        payer jsonb,
        application_date date,
        transfer_date date,
        debtor_fiscal_code text generated always as (debtor ->> 'fiscalCode') stored,
        payer_fiscal_code text generated always as (payer ->> 'fiscalCode') stored,
        revision bigint not null
      ) with (fillfactor = 80)`,
      // The wall behind all rules: of one notice at most one token is open or booked, whatever the code above does.
      `create unique index payment_holds_notice on payment (creditor_fiscal_code, notice_number) where status in ${HOLDING_STATES}`,
      'create index payment_of_notice on payment (creditor_fiscal_code, notice_number, activated_at)',
      `create index payment_open on payment (expires_at) where status = 'PAYING'`,
      'create index payment_recent on payment (activated_at, payment_token)',
      'create index payment_of_creditor on payment (creditor_fiscal_code, activated_at, payment_token)',
      'create index payment_of_psp on payment (psp_code, activated_at, payment_token)',
      'create index payment_of_debtor on payment (debtor_fiscal_code, activated_at)',
      'create index payment_of_payer on payment (payer_fiscal_code, activated_at) where payer_fiscal_code is not null',
      `create table payment_status_change (
        id bigint generated always as identity primary key,
        payment_token text not null references payment,
        status text not null check (status in ${PAYMENT_STATES}),
        at timestamptz not null
      )`,
      'create index payment_status_change_of on payment_status_change (payment_token, id)',
      // An entry without a response belongs to a request that is still being answered; it is void once its time has passed.
      `create table idempotency_entry (
        psp_code text not null,
        primitive text not null,
        key text not null,
        request_hash text not null,
        claim_id uuid,
        creditor_fiscal_code text,
        notice_number text,
        payment_token text,
        response jsonb,
        valid_to timestamptz not null,
        created_at timestamptz not null,
        primary key (psp_code, primitive, key)
      )`,
      'create index idempotency_entry_expiring on idempotency_entry (valid_to)',
      'create index idempotency_entry_of_token on idempotency_entry (payment_token) where payment_token is not null',
    ],
  },
  {
    name: 'payments-0002-stand-in',
    up: [
      `create table aca_notice (
        creditor_fiscal_code text not null,
        notice_number text not null,
        revision bigint not null,
        data jsonb not null,
        primary key (creditor_fiscal_code, notice_number)
      )`,
      `create table station_slot (
        width_ms integer not null,
        slot_start timestamptz not null,
        station_code text not null,
        calls integer not null,
        faults integer not null,
        primary key (width_ms, slot_start, station_code)
      ) with (fillfactor = 70)`,
      `create table station_health (
        station_code text primary key,
        last_fault text,
        last_fault_at timestamptz,
        stand_in boolean not null,
        since timestamptz,
        reason text,
        decided_by text check (decided_by in ('POLICY', 'HAND')),
        left_at timestamptz,
        broker_code text,
        creditors text[] not null,
        revision bigint not null,
        check (not stand_in or (since is not null and reason is not null and decided_by is not null and broker_code is not null))
      )`,
      `create table stand_in_change (
        id bigint generated always as identity primary key,
        station_code text not null,
        entered boolean not null,
        decided_by text not null check (decided_by in ('POLICY', 'HAND')),
        actor text,
        reason text not null,
        at timestamptz not null
      )`,
      'create index stand_in_change_of on stand_in_change (station_code, id)',
      `create table station_probe (
        id bigint generated always as identity primary key,
        station_code text not null,
        at timestamptz not null,
        result text not null check (result in ('GOOD', 'ANSWERED', 'FAILED')),
        answer text not null,
        elapsed_ms integer not null
      )`,
      'create index station_probe_of on station_probe (station_code, at)',
      'create index station_probe_at on station_probe (at)',
      `create table stand_in_refusal (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        creditor_fiscal_code text not null,
        notice_number text not null,
        station_code text not null,
        psp_code text not null,
        primitive text not null,
        guard text not null,
        code text not null,
        reason text not null,
        told text not null
      )`,
      'create index stand_in_refusal_at on stand_in_refusal (at)',
    ],
  },
  {
    name: 'payments-0003-outcome-details',
    up: [
      `alter table payment
        add column psp_vat_number text,
        add column primary_creditor_fee bigint check (primary_creditor_fee >= 0),
        add column bundle_id text,
        add column creditor_bundle_id text`,
    ],
  },
  {
    name: 'payments-0003-stand-in-periods',
    up: [
      // One row per time in Stand-In, with the figures behind it; `stand_in_change` keeps every decision, those that changed nothing included.
      `create table stand_in_period (
        id bigint generated always as identity primary key,
        station_code text not null,
        profile text,
        entered_at timestamptz not null,
        entered_by text not null check (entered_by in ('POLICY', 'HAND')),
        entered_because text not null,
        entered_actor text,
        evidence jsonb not null,
        left_at timestamptz,
        left_by text check (left_by in ('POLICY', 'HAND')),
        left_because text,
        left_actor text,
        check ((left_at is null) = (left_by is null) and (left_at is null) = (left_because is null))
      )`,
      'create index stand_in_period_of on stand_in_period (station_code, id)',
      'create unique index stand_in_period_open on stand_in_period (station_code) where left_at is null',
      `insert into stand_in_period (station_code, entered_at, entered_by, entered_because, evidence)
        select station_code, since, decided_by, reason, '[]' from station_health where stand_in`,
      `alter table station_health add column failing boolean not null default false, add column failing_since timestamptz`,
      'create index payment_in_stand_in on payment (station_code, activated_at) where stand_in',
      `create index payment_awaiting_receipt on payment (activated_at) where status in ('PAID', 'NOTICE_GENERATED', 'NOTICE_SENT')`,
    ],
  },
  {
    name: 'payments-0004-append-only-histories',
    up: [
      `create function refuse_change() returns trigger language plpgsql as $body$
        begin raise exception 'the history % is append-only', tg_table_name using errcode = 'integrity_constraint_violation'; end $body$`,
      `create trigger append_only before update on payment_status_change for each statement execute function refuse_change()`,
      `create trigger append_only before update on notice_status_change for each statement execute function refuse_change()`,
    ],
  },
  {
    name: 'payments-0005-payment-options',
    up: [
      // The claim under which the notice's payment option was chosen (see option-queries.ts); void with that claim.
      'alter table notice add column option_claim uuid',
      `create index aca_notice_of_position on aca_notice (creditor_fiscal_code, (data ->> 'positionId')) where data ? 'option'`,
    ],
  },
  {
    name: 'payments-0006-histories-without-key',
    up: [
      // The statement that writes a history row also writes its payment, and payments stay: the check found nothing, for a look-up a row.
      'alter table payment_status_change drop constraint payment_status_change_payment_token_fkey',
    ],
  },
];
