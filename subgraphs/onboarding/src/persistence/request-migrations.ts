/** The tables of requests to take part and of their contracts. */
import type { Migration } from '@nodo-aperto/kernel/database';

export const requestMigrations: readonly Migration[] = [
  {
    name: 'onboarding-0004-requests',
    up: [
      `create table onboarding_request (
        id uuid primary key,
        institution_role text not null check (institution_role in ('EC', 'PSP', 'PARTNER')),
        institution text not null,
        workflow text not null,
        state text not null check (state in ('REQUEST', 'TOBEVALIDATED', 'PENDING', 'COMPLETED', 'FAILED', 'REJECTED', 'DELETED')),
        content jsonb not null,
        people text[] not null,
        requested_by text not null,
        reason text,
        created_at timestamptz not null,
        changed_at timestamptz not null,
        expires_at timestamptz not null,
        revision integer not null
      )`,
      // One request at a time: whoever is refused or too late may ask again.
      `create unique index onboarding_request_open on onboarding_request (institution_role, institution)
        where state in ('REQUEST', 'TOBEVALIDATED', 'PENDING')`,
      `create index onboarding_request_expiring on onboarding_request (expires_at) where state in ('REQUEST', 'PENDING')`,
      'create index onboarding_request_by_person on onboarding_request using gin (people)',
      'create index onboarding_request_by_institution on onboarding_request (institution_role, institution, created_at desc)',
      'create index onboarding_request_by_time on onboarding_request (created_at desc, id desc)',
      `create table onboarding_request_step (
        request_id uuid not null references onboarding_request,
        step integer not null,
        state text not null,
        at timestamptz not null,
        by text not null,
        primary key (request_id, step)
      )`,
      `create table onboarding_contract (
        request_id uuid primary key references onboarding_request,
        template text not null,
        digest text not null,
        file_name text not null,
        document bytea not null,
        created_at timestamptz not null,
        signed_document bytea,
        signers text[],
        activated_at timestamptz
      )`,
    ],
  },
];
