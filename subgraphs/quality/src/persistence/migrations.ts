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
  {
    name: '0002-eight-kpis',
    up: [
      'alter table activation add column day date',
      "update activation set day = (activated_at at time zone 'Europe/Rome')::date",
      'alter table activation alter column day set not null',
      'alter table activation add column outcome_at timestamptz',
      'alter table activation add column answered_expired boolean not null default false',
      'create index activation_by_day on activation (psp_code, day, payment_token)',
      'create index booked_transfer_by_day on booked_transfer (psp_code, payment_day)',
      // The day that a line says it was paid on; unknown for lines that were noted before.
      'alter table reported_line add column pay_day date',
      'create index reported_line_by_day on reported_line (psp_code, pay_day)',
      `create table notify_call (
        payment_token text not null,
        at timestamptz not null,
        psp_code text not null,
        day date not null,
        month text not null,
        duration_ms integer not null,
        outcome text not null check (outcome in ('OK', 'KO')),
        primary key (payment_token, at)
      )`,
      'create index notify_call_by_day on notify_call (psp_code, day)',
      // One row for each PSP and month with any fact or result. Facts lock it for share, an evaluation for update.
      `create table kpi_month (
        psp_code text not null,
        month text not null,
        state text not null check (state in ('OPEN', 'FINAL', 'REOPENED')),
        reopenings integer not null default 0,
        reason text,
        changed_at timestamptz not null,
        primary key (psp_code, month)
      )`,
      "create index kpi_month_to_do on kpi_month (month, psp_code) where state <> 'FINAL'",
      `insert into kpi_month (psp_code, month, state, changed_at)
        select psp_code, month, 'OPEN', max(activated_at) from activation group by psp_code, month`,
      `insert into kpi_month (psp_code, month, state, changed_at)
        select psp_code, month, 'OPEN', max(paid_at) from booked_transfer group by psp_code, month on conflict do nothing`,
      "alter table kpi_result add column profile text not null default 'DOCUMENTS'",
      'alter table kpi_result add column late_again integer not null default 0',
      'alter table kpi_result add column contract text',
      'alter table kpi_result add column judged_outcome text',
      'update kpi_result set judged_outcome = outcome',
      'alter table kpi_result alter column judged_outcome set not null',
      'drop index kpi_result_by_psp',
      'create index kpi_result_by_psp on kpi_result (psp_code, profile, month desc, kpi)',
      'create index kpi_result_by_month on kpi_result (profile, month desc, psp_code, kpi)',
      // What a result was before it changed.
      `create table kpi_result_revision (
        id text not null,
        revision integer not null,
        sample integer not null,
        faults integer not null,
        percentage integer not null,
        outcome text not null,
        judged_outcome text not null,
        evidence_digest text not null,
        provisional boolean not null,
        evaluated_at timestamptz not null,
        primary key (id, revision)
      )`,
      `create table kpi_group_result (
        id text primary key,
        contract text not null,
        kpi text not null,
        month text not null,
        profile text not null,
        psps text[] not null,
        sample bigint not null,
        faults bigint not null,
        percentage integer,
        threshold integer not null,
        outcome text
      )`,
    ],
  },
  {
    name: '0003-drift',
    up: [
      // Calls to stations, in bins of a quarter of an hour.
      `create table station_bin (
        broker_code text not null,
        station_code text not null,
        method text not null,
        bin_start timestamptz not null,
        calls integer not null,
        timeouts integer not null,
        slow integer not null,
        total_ms bigint not null,
        primary key (broker_code, station_code, method, bin_start)
      )`,
      'create index station_bin_by_time on station_bin (bin_start, station_code)',
      `create table drift_state (
        kind text not null check (kind in ('PSP', 'STATION')),
        code text not null,
        indicator text not null,
        month text not null,
        broker_code text,
        level text not null,
        sample integer not null,
        faults integer not null,
        percentage integer not null,
        threshold integer not null,
        since timestamptz not null,
        revision integer not null,
        primary key (kind, code, indicator, month)
      )`,
    ],
  },
  {
    name: '0004-partners',
    up: [
      // What modules count, in spans of time: from facts of the platform, or recorded by operators.
      `create table partner_record (
        partner_code text not null,
        module text not null,
        subject text not null,
        from_at timestamptz not null,
        until_at timestamptz not null,
        part bigint not null check (part >= 0),
        whole bigint not null check (whole >= 0),
        primary key (partner_code, module, from_at, subject)
      )`,
      `create table partner_shutdown (
        partner_code text not null,
        station_code text not null,
        from_at timestamptz not null,
        until_at timestamptz not null check (until_at > from_at),
        reason text not null,
        recorded_by text not null,
        primary key (partner_code, station_code, from_at)
      )`,
      `create table qualification (
        id text primary key,
        partner_code text not null,
        title text not null,
        from_month text not null,
        to_month text not null check (to_month >= from_month),
        state text not null,
        outcome text not null check (outcome in ('STANDBY', 'OK', 'KO')),
        manual_outcome text check (manual_outcome in ('OK', 'KO')),
        created_at timestamptz not null,
        executed_at timestamptz,
        revision integer not null
      )`,
      'create index qualification_by_partner on qualification (partner_code, id)',
      "create index qualification_planned on qualification (to_month, id) where state in ('PIANIFICATA', 'IN_ESECUZIONE')",
      `create table qualification_module (
        qualification text not null references qualification on delete cascade,
        module text not null,
        configuration jsonb not null,
        outcome text not null check (outcome in ('OK', 'KO', 'RUNNING', 'STANDBY')),
        manual_outcome text check (manual_outcome in ('OK', 'KO')),
        evidence_digest text,
        primary key (qualification, module)
      )`,
      `create table qualification_figure (
        qualification text not null references qualification on delete cascade,
        module text not null,
        period text not null,
        part bigint not null,
        whole bigint not null,
        share bigint,
        outcome text not null check (outcome in ('OK', 'KO')),
        primary key (qualification, module, period)
      )`,
      // Who did what and why: only ever added to.
      `create table qualification_audit (
        qualification text not null references qualification on delete cascade,
        number integer not null,
        at timestamptz not null,
        actor text not null,
        action text not null,
        module text,
        detail text,
        primary key (qualification, number)
      )`,
    ],
  },
];
