/** The tables of the reporting schema. Forward only: a change is a new migration. */
import type { Migration } from '@nodo-aperto/kernel/database';

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
];
