/** The tables of the onboarding schema. Forward only: a change is a new migration. */
import type { Migration } from '@nodo-aperto/kernel/database';
import { configurationMigrations } from './configuration-migrations.ts';
import { identityMigrations } from './identity-migrations.ts';
import { reviewMigrations } from './review-migrations.ts';
import { requestMigrations } from './request-migrations.ts';

const broker = (table: string): string => `create table ${table} (
  code text primary key,
  name text not null,
  enabled boolean not null,
  extended_fault_bean boolean not null,
  revision integer not null
)`;

export const migrations: readonly Migration[] = [
  {
    name: 'onboarding-0001-directory',
    up: [
      broker('creditor_broker'),
      broker('psp_broker'),
      `create table creditor_institution (
        fiscal_code text primary key check (fiscal_code ~ '^[0-9]{11}$'),
        name text not null,
        enabled boolean not null,
        cbill text,
        postal_account text,
        postal_holder text,
        postal_authorization text,
        revision integer not null
      )`,
      `create table creditor_iban (
        creditor_institution text not null references creditor_institution,
        iban text not null,
        postal boolean not null,
        labels text[],
        changed_at timestamptz not null,
        place integer not null,
        primary key (creditor_institution, iban)
      )`,
      `create table station (
        code text primary key,
        broker text not null references creditor_broker,
        enabled boolean not null,
        primitive_version smallint not null,
        endpoint text not null,
        stand_in_flag boolean not null,
        payment_options boolean not null,
        rest_endpoint text,
        password text not null,
        revision integer not null
      )`,
      'create index station_by_broker on station (broker, code)',
      `create table route (
        code text primary key,
        creditor_institution text not null references creditor_institution,
        station text not null references station,
        aux_digit smallint not null check (aux_digit between 0 and 3),
        segregation_code text,
        application_code text,
        broadcast boolean not null,
        aca boolean not null,
        stand_in boolean not null,
        revision integer not null,
        unique nulls not distinct (creditor_institution, aux_digit, segregation_code, application_code),
        check ((aux_digit = 3) = (segregation_code is not null) and (aux_digit = 0) = (application_code is not null))
      )`,
      'create index route_by_station on route (station)',
      `create table psp (code text primary key, name text not null, fiscal_code text not null, enabled boolean not null, revision integer not null)`,
      `create table channel (
        code text primary key,
        broker text not null references psp_broker,
        enabled boolean not null,
        payment_model text not null,
        stand_in_flag boolean not null,
        password text not null,
        revision integer not null
      )`,
      'create index channel_by_broker on channel (broker, code)',
      'create table channel_psp (channel text not null references channel, psp text not null references psp, primary key (channel, psp))',
      'create index channel_psp_by_psp on channel_psp (psp)',
      `create table api_key (hash text primary key, party text not null, products text[] not null, revision integer not null)`,
      'create index api_key_by_party on api_key (party)',
      `create table maintenance (
        code text primary key,
        station text not null references station,
        start_at timestamptz not null,
        end_at timestamptz not null,
        stand_in boolean not null,
        revision integer not null,
        unique (station, start_at),
        check (start_at < end_at)
      )`,
      `create table settings (
        code text primary key check (code = 'platform'),
        token_duration_ms integer not null,
        idempotency_key_minutes integer not null,
        use_idempotency boolean not null,
        receipt_retry_max integer not null,
        receipt_retry_minutes integer not null,
        stand_in_profile text not null,
        per_request_fallback boolean not null,
        creditor_timeout_ms integer not null,
        receipt_timeout_ms integer not null,
        revision integer not null
      )`,
      `create table object_revision (
        kind text not null,
        code text not null,
        revision integer not null,
        valid_from timestamptz not null,
        valid_to timestamptz,
        removed boolean not null,
        object jsonb not null,
        changed_by text not null,
        primary key (kind, code, revision)
      )`,
      // Also the proof that an object has one present state.
      'create unique index object_revision_present on object_revision (kind, code) where valid_to is null',
    ],
  },
  {
    name: 'onboarding-0002-psp-contract',
    up: ['alter table psp add column contract text'],
  },
  {
    name: 'onboarding-0002-asynchronous-station',
    up: ['alter table station add column asynchronous boolean'],
  },
  {
    name: 'onboarding-0003-stand-in-policy',
    up: [
      'alter table station add column stand_in_policy jsonb',
      'alter table settings add column stand_in_breaker jsonb, add column stand_in_pagopa jsonb, add column exposure_limits jsonb',
    ],
  },
  {
    name: 'onboarding-0002-services',
    up: [
      'alter table psp add column vat_number text',
      `create table service (
        code text primary key,
        service text not null,
        name text not null,
        creditor_institution text not null references creditor_institution,
        station text not null references station,
        enabled boolean not null,
        revision integer not null
      )`,
      'create index service_of_creditor on service (creditor_institution, code)',
    ],
  },
  {
    name: 'onboarding-0004-public-administration',
    up: ['alter table creditor_institution add column public_administration boolean'],
  },
  ...identityMigrations,
  ...requestMigrations,
  ...configurationMigrations,
  ...reviewMigrations,
];
