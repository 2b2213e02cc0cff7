/** The tables of users, delegations, credentials and of the audit. */
import type { Migration } from '@nodo-aperto/kernel/database';

const institution = `institution_role text not null check (institution_role in ('EC', 'PSP', 'PARTNER')),
        institution text not null`;

export const identityMigrations: readonly Migration[] = [
  {
    name: 'onboarding-0002-identity',
    up: [
      `create table institution_user (
        id uuid primary key,
        ${institution},
        fiscal_code text not null,
        name text not null,
        family_name text not null,
        email text not null,
        role text not null check (role in ('MANAGER', 'DELEGATE', 'SUB_DELEGATE', 'OPERATOR')),
        state text not null check (state in ('ACTIVE', 'SUSPENDED', 'REMOVED')),
        appointed_by text not null,
        appointed_at timestamptz not null,
        changed_at timestamptz not null,
        revision integer not null
      )`,
      // A person is one thing to an institution; whoever was removed may be appointed again.
      `create unique index institution_user_present on institution_user (institution_role, institution, fiscal_code) where state <> 'REMOVED'`,
      'create index institution_user_by_person on institution_user (fiscal_code)',
      `create table function_grant (
        user_id uuid not null references institution_user,
        function text not null,
        granted_by text not null,
        granted_at timestamptz not null,
        primary key (user_id, function)
      )`,
      `create table partner_delegation (
        id uuid primary key,
        creditor text not null,
        partner text not null,
        functions text[] not null,
        granted_by text not null,
        granted_at timestamptz not null,
        revoked_at timestamptz,
        revision integer not null
      )`,
      'create unique index partner_delegation_present on partner_delegation (creditor, partner) where revoked_at is null',
      'create index partner_delegation_by_partner on partner_delegation (partner, creditor)',
      `create table system_client (
        id text primary key,
        ${institution},
        name text not null,
        functions text[],
        secret_digest text not null,
        created_at timestamptz not null,
        secret_changed_at timestamptz not null,
        revoked_at timestamptz,
        revision integer not null
      )`,
      'create index system_client_by_institution on system_client (institution_role, institution, id)',
      `create table api_key_slot (
        institution text not null,
        product text not null,
        slot text not null check (slot in ('PRIMARY', 'SECONDARY')),
        hash text not null unique,
        hint text not null,
        changed_at timestamptz not null,
        changed_by text not null,
        primary key (institution, product, slot)
      )`,
      `create table audit_entry (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        actor text not null,
        actor_role text,
        actor_fiscal_code text,
        on_behalf_of text,
        action text not null,
        object_kind text not null,
        object_code text not null,
        audience text[] not null,
        detail jsonb not null
      )`,
      'create index audit_entry_by_audience on audit_entry using gin (audience)',
      'create index audit_entry_by_object on audit_entry (object_kind, object_code, id)',
      `create function refuse_change_of_audit() returns trigger language plpgsql as $$
        begin raise exception 'the audit is append-only' using errcode = 'insufficient_privilege'; end $$`,
      `create trigger audit_is_append_only before update or delete on audit_entry for each row execute function refuse_change_of_audit()`,
      `create trigger audit_is_kept before truncate on audit_entry for each statement execute function refuse_change_of_audit()`,
    ],
  },
];
