/** The tables of printed notices: requests, their notices with what came of them, and how creditors present themselves. */
import type { Migration } from '@nodo-aperto/kernel/database';

export const printMigrations: readonly Migration[] = [
  {
    name: 'notices-print-0001',
    up: [
      `create table print_profile (
        creditor_fiscal_code text primary key check (creditor_fiscal_code ~ '^[0-9]{11}$'),
        office text,
        info text,
        website text,
        app text,
        logo bytea check (length(logo) <= 100000),
        updated_at timestamptz not null
      )`,
      `create table print_folder (
        id text primary key,
        -- The party that asked; empty for an operator.
        owner text not null,
        idempotency_key text not null,
        status text not null,
        requested integer not null check (requested between 1 and 1000),
        processed integer not null,
        failed integer not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        revision bigint not null,
        unique (owner, idempotency_key)
      )`,
      `create index print_folder_by_age on print_folder (updated_at)`,
      `create table print_item (
        folder_id text not null references print_folder on delete cascade,
        number integer not null,
        file_id text not null,
        state text not null check (state in ('PENDING', 'DONE', 'ERROR')),
        -- What is to be printed; personal, so it goes when it was.
        request jsonb,
        pdf bytea,
        error_code text,
        error_description text,
        error_at timestamptz,
        primary key (folder_id, number),
        unique (folder_id, file_id),
        check ((state = 'PENDING') = (request is not null) and (state = 'DONE') = (pdf is not null) and (state = 'ERROR') = (error_code is not null))
      )`,
      `create index print_item_pending on print_item (folder_id, number) where state = 'PENDING'`,
      // A PDF is compressed already.
      `alter table print_item alter column pdf set storage external`,
      `create table print_secret (id integer primary key check (id = 1), secret text not null)`,
    ],
  },
  {
    name: 'notices-print-0002',
    up: ['create index print_folder_of_owner on print_folder (owner, created_at, id)'],
  },
];
