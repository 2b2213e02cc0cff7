/** The tables of the quality subgraph. */
import type { Migration } from '@nodo-aperto/kernel/database';

export const migrations: readonly Migration[] = [
  {
    name: '0001-evidence-and-results',
    up: [
      `create table activation (
        payment_token text primary key,
        psp_code text not null,
        month text not null,
        activated_at timestamptz not null,
        expires_at timestamptz not null,
        cancelled boolean not null default false,
        outcome_received boolean not null default false,
        late boolean not null default false
      )`,
      'create index activation_by_month on activation (psp_code, month, payment_token)',
      `create table booked_transfer (
        payment_token text not null,
        id_transfer smallint not null,
        psp_code text not null,
        broker_code text not null,
        creditor_fiscal_code text not null,
        iuv text not null,
        amount bigint not null,
        paid_at timestamptz not null,
        payment_day date not null,
        month text not null,
        primary key (payment_token, id_transfer)
      )`,
      'create index booked_transfer_by_month on booked_transfer (psp_code, month)',
      `create table published_flow (
        psp_code text not null,
        name text not null,
        revision integer not null,
        creditor_fiscal_code text not null,
        published_at timestamptz not null,
        primary key (psp_code, name, revision)
      )`,
      `create table reported_line (
        psp_code text not null,
        name text not null,
        revision integer not null,
        index bigint not null,
        creditor_fiscal_code text not null,
        iuv text not null,
        iur text not null,
        id_transfer smallint not null,
        amount bigint not null,
        primary key (psp_code, name, revision, index)
      )`,
      'create index reported_line_by_payment on reported_line (iur, id_transfer)',
      `create table kpi_result (
        id text primary key,
        kpi text not null,
        psp_code text not null,
        month text not null,
        sample integer not null,
        faults integer not null,
        percentage integer not null,
        threshold integer not null,
        outcome text not null check (outcome in ('OK', 'KO')),
        evidence_digest text not null,
        provisional boolean not null,
        evaluated_at timestamptz not null,
        revision integer not null
      )`,
      'create index kpi_result_by_psp on kpi_result (psp_code, month desc, kpi)',
    ],
  },
];
