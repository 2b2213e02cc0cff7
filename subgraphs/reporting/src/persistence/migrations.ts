/** The tables of the reporting schema. Forward only: a change is a new migration. */
import type { Migration } from '@nodo-aperto/kernel/database';
import { splitLines } from './partitions.ts';
import { reconciliationMigration } from './reconciliation/migration.ts';

const OUTCOME = `outcome text not null check (outcome in ('EXECUTED', 'REVOKED', 'STAND_IN', 'STAND_IN_NO_RPT', 'NO_RPT'))`;

export const migrations: readonly Migration[] = [
  {
    name: 'reporting-0001-flows',
    up: [
      `create table flow (
        -- Grows with creation: what lists are sorted by.
        id bigint generated always as identity primary key,
        psp_code text not null,
        name text not null check (length(name) between 10 and 35),
        revision bigint not null check (revision >= 1),
        creditor_fiscal_code text not null check (creditor_fiscal_code ~ '^[0-9]{11}$'),
        status text not null check (status in ('CREATED', 'INSERTED', 'PUBLISHED')),
        -- Whether it is the last published revision.
        latest boolean not null default false,
        flow_date timestamptz not null,
        sender_type text not null check (sender_type in ('LEGAL_PERSON', 'ABI_CODE', 'BIC_CODE')),
        sender_id text not null,
        psp_name text not null,
        broker_code text not null,
        channel_code text not null,
        receiver_id text not null,
        organization_name text not null,
        regulation text not null,
        regulation_date date not null,
        bic_code_pouring_bank text,
        declared_payments bigint not null check (declared_payments >= 1),
        declared_amount bigint not null check (declared_amount between 1 and 99999999999),
        -- Kept up to date with every line, so that publishing does not count.
        computed_payments bigint not null default 0 check (computed_payments >= 0),
        computed_amount bigint not null default 0 check (computed_amount between 0 and 99999999999),
        created_at timestamptz not null,
        updated_at timestamptz not null,
        published_at timestamptz,
        -- How far the lines of a published flow have been stated: parts, and the index of the last line in them.
        stated_parts integer not null default 0,
        stated_index bigint not null default 0,
        unique (psp_code, name, revision),
        check ((status = 'PUBLISHED') = (published_at is not null)),
        check ((status = 'CREATED') = (computed_payments = 0)),
        check (status <> 'PUBLISHED' or (computed_payments = declared_payments and computed_amount = declared_amount))
      )`,
      `create unique index flow_one_draft on flow (psp_code, name) where status <> 'PUBLISHED'`,
      `create unique index flow_one_latest on flow (psp_code, name) where latest`,
      `create index flow_by_psp on flow (psp_code, id)`,
      `create index flow_by_creditor on flow (creditor_fiscal_code, id)`,
      `create table flow_line (
        flow_id bigint not null references flow on delete cascade,
        line_index bigint not null check (line_index >= 1),
        iuv text not null,
        iur text not null,
        id_transfer smallint not null check (id_transfer between 1 and 5),
        amount bigint not null check (amount between 1 and 99999999999),
        ${OUTCOME},
        pay_date timestamptz not null,
        primary key (flow_id, line_index)
      )`,
      `create index flow_line_by_iur on flow_line (iur, id_transfer)`,
    ],
  },
  {
    name: 'reporting-0002-booked-transfers',
    up: [
      `create table booked_transfer (
        iur text not null,
        id_transfer smallint not null check (id_transfer between 1 and 5),
        psp_code text not null,
        creditor_fiscal_code text not null,
        iuv text not null,
        amount bigint not null check (amount between 1 and 99999999999),
        ${OUTCOME},
        booked_at timestamptz not null,
        revision bigint not null,
        primary key (iur, id_transfer)
      )`,
      `create index booked_transfer_by_time on booked_transfer (psp_code, creditor_fiscal_code, booked_at, iur, id_transfer)`,
    ],
  },
  {
    name: 'reporting-0003-flows-of-any-size',
    up: [
      // Checked a million times for a large flow. Whoever adds lines shares the flow's row, so that it cannot go meanwhile; the lines of a
      // deleted flow are removed a few at a time.
      `alter table flow_line drop constraint flow_line_flow_id_fkey`,
      // How many times its lines have changed.
      `alter table flow add column changes bigint not null default 0`,
      // When it became final: no longer to be replaced.
      `alter table flow add column final_at timestamptz`,
      `create index flow_not_final on flow (regulation_date, id) where latest and final_at is null`,
      `create index flow_published_for on flow (creditor_fiscal_code, flow_date, name) where latest`,
    ],
  },
  {
    name: 'reporting-0004-deadlines',
    up: [
      `create index booked_transfer_by_instant on booked_transfer (booked_at)`,
      // Operative days whose reporting deadline has been looked at.
      `create table checked_day (operative_day date primary key, checked_at timestamptz not null)`,
      `create table missing_report (
        operative_day date not null,
        psp_code text not null,
        creditor_fiscal_code text not null,
        due_day date not null,
        payments bigint not null check (payments >= 1),
        amount bigint not null check (amount >= 1),
        found_at timestamptz not null,
        primary key (operative_day, psp_code, creditor_fiscal_code)
      )`,
      `create index missing_report_by_psp on missing_report (psp_code, operative_day)`,
      `create index missing_report_by_creditor on missing_report (creditor_fiscal_code, operative_day)`,
    ],
  },
  {
    name: 'reporting-0005-legacy-switch-off',
    up: [
      `create table legacy_switch_off (
        creditor_fiscal_code text primary key check (creditor_fiscal_code ~ '^[0-9]{11}$'),
        off_from date not null,
        changed_by text not null,
        changed_at timestamptz not null
      )`,
    ],
  },
  reconciliationMigration,
  ...splitLines,
];
