/** The tables of the notices schema. Forward only: a change is a new migration. */
import type { Migration } from '@nodo-aperto/kernel/database';

const POSITION_KEY = 'creditor_fiscal_code, iupd';
const NOTICE_KEY = 'creditor_fiscal_code, notice_number';

export const migrations: readonly Migration[] = [
  {
    name: 'notices-0001-positions',
    up: [
      `create table debt_position (
        creditor_fiscal_code text not null check (creditor_fiscal_code ~ '^[0-9]{11}$'),
        iupd text not null,
        origin text not null check (origin in ('THIN', 'FULL')),
        aca boolean not null,
        company_name text not null,
        office_name text,
        debtor jsonb not null,
        pay_stand_in boolean not null,
        published_at timestamptz,
        invalidated_at timestamptz,
        -- When a PUBLISHED position becomes VALID, and a VALID one EXPIRED; null: never.
        valid_from timestamptz,
        expires_at timestamptz,
        status text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        revision bigint not null,
        primary key (${POSITION_KEY})
      )`,
      `create index debt_position_by_age on debt_position (creditor_fiscal_code, created_at, iupd)`,
      `create table payment_option (
        creditor_fiscal_code text not null,
        iupd text not null,
        option_number integer not null,
        description text,
        debtor jsonb,
        valid_from timestamptz,
        switch_to_expired boolean not null,
        primary key (${POSITION_KEY}, option_number),
        foreign key (${POSITION_KEY}) references debt_position on delete cascade
      )`,
      `create table notice (
        creditor_fiscal_code text not null,
        notice_number text not null check (notice_number ~ '^[0-9]{18}$'),
        iupd text not null,
        option_number integer not null,
        instalment_number integer not null,
        iuv text not null,
        amount bigint not null check (amount between 1 and 99999999999),
        description text not null,
        due_date timestamptz not null,
        retention_date timestamptz,
        fee bigint,
        metadata jsonb,
        status text not null,
        -- When a PUBLISHED notice becomes VALID, and a VALID one EXPIRED; null: never.
        valid_from timestamptz,
        expires_at timestamptz,
        debtor_fiscal_code text not null,
        paid_at timestamptz,
        payment_token text,
        payment_psp_name text,
        payment_method text,
        payment_fee bigint,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        revision bigint not null,
        primary key (${NOTICE_KEY}),
        -- Deferrable, so that one update may exchange the IUVs of two notices.
        constraint notice_iuv unique (creditor_fiscal_code, iuv) deferrable initially immediate,
        foreign key (${POSITION_KEY}, option_number) references payment_option on delete cascade
      )`,
      `create index notice_by_position on notice (${POSITION_KEY})`,
      `create index notice_by_age on notice (creditor_fiscal_code, created_at, notice_number)`,
      `create index notice_by_debtor on notice (debtor_fiscal_code, due_date, ${NOTICE_KEY}) where status in ('VALID', 'PUBLISHED')`,
      `create index notice_becoming_valid on notice (valid_from) where status = 'PUBLISHED'`,
      `create index notice_expiring on notice (expires_at) where status in ('VALID', 'PUBLISHED') and expires_at is not null`,
      `create index notice_by_iuv on notice (iuv)`,
      `create table transfer (
        creditor_fiscal_code text not null,
        notice_number text not null,
        id_transfer smallint not null check (id_transfer between 1 and 5),
        amount bigint not null,
        beneficiary_fiscal_code text not null,
        beneficiary_name text,
        iban text,
        postal_iban text,
        stamp jsonb,
        remittance_information text not null,
        category text not null,
        metadata jsonb,
        reported_flow text,
        reported_at timestamptz,
        primary key (${NOTICE_KEY}, id_transfer),
        foreign key (${NOTICE_KEY}) references notice on delete cascade,
        check ((iban is null) <> (stamp is null) and (postal_iban is null or iban is not null))
      )`,
      // A number that is used again goes on from the revision of its predecessor, so that readers do not take its facts for old ones.
      `create table deleted_notice (
        creditor_fiscal_code text not null,
        notice_number text not null,
        revision bigint not null,
        deleted_at timestamptz not null,
        primary key (${NOTICE_KEY})
      )`,
      // Lines of reporting flows that arrived before the booked payment that they are about.
      `create table early_report (
        beneficiary_fiscal_code text not null,
        iuv text not null,
        payment_token text not null,
        id_transfer smallint not null,
        flow text not null,
        reported_at timestamptz not null,
        primary key (payment_token, beneficiary_fiscal_code, id_transfer)
      )`,
    ],
  },
  {
    name: 'notices-0002-bulk-and-reads',
    up: [
      // Every write goes through the position's locked row and takes all its rows along, so that these walls only cost: checked row by row
      // they were a third of the time of a bulk load.
      'alter table transfer drop constraint transfer_creditor_fiscal_code_notice_number_fkey',
      'alter table notice drop constraint notice_creditor_fiscal_code_iupd_option_number_fkey',
      'alter table payment_option drop constraint payment_option_creditor_fiscal_code_iupd_fkey',
      // One index for both questions: which notice of a creditor has the IUV, and which notices have it at all.
      'alter table notice drop constraint notice_iuv',
      'drop index notice_by_iuv',
      'alter table notice add constraint notice_iuv unique (iuv, creditor_fiscal_code) deferrable initially immediate',
      'alter table debt_position add column pull boolean not null default true, add column contact jsonb',
      // Per creditor and Italian day: payments, and those whose notice was in ACA before they were activated.
      `create table aca_coverage (
        creditor_fiscal_code text not null,
        day date not null,
        payments integer not null,
        in_aca integer not null,
        stand_in integer not null,
        primary key (creditor_fiscal_code, day)
      )`,
      `create table pull_consent (
        debtor_fiscal_code text not null,
        psp_code text not null,
        recorded_by text not null check (recorded_by in ('CITIZEN', 'PSP', 'OPERATOR')),
        reference text,
        given_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        primary key (debtor_fiscal_code, psp_code)
      )`,
      // Append-only: who recorded and who revoked a consent, and when.
      `create table pull_consent_change (
        id bigint generated always as identity primary key,
        debtor_fiscal_code text not null,
        psp_code text not null,
        given boolean not null,
        recorded_by text not null,
        reference text,
        at timestamptz not null
      )`,
      `create table position_upload (
        id text primary key,
        sequence bigint generated always as identity unique,
        broker_code text not null,
        creditor_fiscal_code text not null,
        party text not null,
        action text not null check (action in ('CREATE', 'UPDATE', 'DELETE')),
        aca boolean not null,
        content bytea,
        submitted integer not null,
        processed integer not null,
        created_at timestamptz not null,
        finished_at timestamptz
      )`,
      'create index position_upload_of on position_upload (creditor_fiscal_code, broker_code, created_at, id)',
      // One row per batch, written with its positions: after a crash the work goes on behind the last one.
      `create table position_upload_part (
        upload_id text not null references position_upload on delete cascade,
        part integer not null,
        results jsonb not null,
        primary key (upload_id, part)
      )`,
    ],
  },
  {
    name: 'notices-0003-lean-indexes',
    up: [
      // Lists by age need no more than this: rows of one instant are few enough to be sorted. A third column costs every load, and lets the
      // planner look notice numbers up here, skipping over every instant that there ever was.
      'drop index notice_by_age',
      'create index notice_by_age on notice (creditor_fiscal_code, created_at)',
      'drop index debt_position_by_age',
      'create index debt_position_by_age on debt_position (creditor_fiscal_code, created_at)',
    ],
  },
  {
    name: 'notices-0004-early-payments',
    up: [
      // Booked payments of notices that were not in the archive then: whoever is loaded later under the number is paid from the start.
      `create table early_payment (
        creditor_fiscal_code text not null,
        notice_number text not null,
        payment_token text not null,
        paid_at timestamptz not null,
        psp_name text not null,
        method text,
        fee bigint,
        primary key (${NOTICE_KEY})
      )`,
      'create index early_payment_by_token on early_payment (payment_token)',
    ],
  },
  {
    name: 'notices-0005-age-of-early-arrivals',
    up: [
      // What has waited too long is removed by its age. Rows come in its order, so that the index need only know blocks of them.
      'create index early_payment_by_age on early_payment using brin (paid_at)',
      'create index early_report_by_age on early_report using brin (reported_at)',
    ],
  },
];
