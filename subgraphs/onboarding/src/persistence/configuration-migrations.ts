/** The tables of drafts, of changes of accounts, and of what is known of the roadmap's adoption. */
import type { Migration } from '@nodo-aperto/kernel/database';

export const configurationMigrations: readonly Migration[] = [
  {
    name: 'onboarding-0004-configuration',
    up: [
      'alter table settings add column maintenance_hours_per_year integer',
      'alter table creditor_iban add column description text, add column valid_from date, add column valid_until date',
      `create table configuration_draft (
        kind text not null check (kind in ('station', 'channel')),
        code text not null,
        broker text not null,
        state text not null check (state in ('TO_CHECK', 'TO_FIX', 'APPROVED', 'TO_CHECK_UPDATE', 'TO_FIX_UPDATE')),
        object jsonb not null,
        based_on integer,
        note text,
        proposed_by text not null,
        proposed_at timestamptz not null,
        reviewed_by text,
        changed_at timestamptz not null,
        revision integer not null,
        primary key (kind, code)
      )`,
      'create index configuration_draft_by_broker on configuration_draft (kind, broker, code)',
      `create table account_change (
        id uuid primary key,
        creditor_institution text not null references creditor_institution,
        iban text not null,
        kind text not null check (kind in ('CREATE', 'DELETE')),
        state text not null check (state in ('PENDING', 'COMPLETED', 'CANCELED', 'FAILED')),
        effective_on date not null,
        account jsonb,
        reason text,
        requested_by text not null,
        requested_at timestamptz not null,
        changed_at timestamptz not null,
        revision integer not null,
        check ((kind = 'CREATE') = (account is not null))
      )`,
      `create unique index account_change_pending on account_change (creditor_institution, iban) where state = 'PENDING'`,
      `create index account_change_due on account_change (effective_on) where state = 'PENDING'`,
      'create index account_change_of_creditor on account_change (creditor_institution, id)',
      `create index creditor_iban_ending on creditor_iban (valid_until) where valid_until is not null`,
      `create table observed_adoption (
        fact text not null,
        institution text not null,
        since timestamptz not null,
        primary key (institution, fact)
      )`,
      `create table adoption_declaration (
        institution_role text not null,
        institution text not null,
        initiative text not null,
        adopted boolean not null,
        note text,
        declared_by text not null,
        declared_at timestamptz not null,
        revision integer not null,
        primary key (institution_role, institution, initiative)
      )`,
      `create index object_revision_of_creditor on object_revision ((object ->> 'creditorInstitution'), valid_from) where kind = 'route'`,
    ],
  },
];
