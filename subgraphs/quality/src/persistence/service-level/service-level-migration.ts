/** The tables of service levels. */
import type { Migration } from '@nodo-aperto/kernel/database';
import { LEVEL_COLUMNS } from './columns.ts';

// Rows are rewritten with each batch: room on the page keeps the new version beside the old one.
const REWRITTEN = 'with (fillfactor = 70)';

export const serviceLevelMigration: Migration = {
  name: '0005-service-levels',
  up: [
    // Whom calls count for and by which method, under a short number; the method is empty for a subject as a whole.
    `create table level_series (
      id integer generated always as identity primary key,
      kind text not null check (kind in ('PSP', 'CREDITOR', 'STATION')),
      code text not null,
      method text not null,
      unique (kind, code, method)
    )`,
    `create table level_minute (${LEVEL_COLUMNS}) partition by range (start)`,
    `create table level_hour (${LEVEL_COLUMNS}) partition by range (start)`,
    `create table level_day (${LEVEL_COLUMNS}) ${REWRITTEN}`,
    // By ranges of pages: an index in the order of time would tempt the planner to walk through everybody's days for one subject.
    'create index level_day_by_time on level_day using brin (start) with (pages_per_range = 16)',
    `create table level_month (${LEVEL_COLUMNS}) ${REWRITTEN}`,
    'create index level_month_by_time on level_month using brin (start) with (pages_per_range = 16)',
    `create table level_fault (
      series integer not null,
      day date not null,
      fault text not null,
      calls integer not null,
      primary key (series, day, fault)
    ) ${REWRITTEN}`,
    'create index level_fault_by_time on level_fault (day)',
    // A bit for each minute of a day, which may have 25 hours: whether any call began in it, and whether any of them was answered.
    `create table level_minutes (
      series integer not null,
      day date not null,
      called bit(1500) not null,
      answered bit(1500) not null,
      primary key (series, day)
    ) ${REWRITTEN}`,
    'create index level_minutes_by_time on level_minutes (day)',
    'create table observed_batch (batch uuid primary key, received_at timestamptz not null)',
    'create index observed_batch_by_time on observed_batch (received_at)',
    // The calls themselves, as long as they are kept.
    `create table observed_call (
      at timestamptz not null,
      batch uuid not null,
      number integer not null,
      direction text not null,
      method text not null,
      psp text,
      channel text,
      broker text,
      creditor text,
      station text,
      payment_token text,
      duration_ms double precision not null,
      outcome text not null,
      fault_code text,
      stand_in boolean not null,
      probe boolean not null
    ) partition by range (at)`,
    // Calls are written in about the order of their time.
    'create index observed_call_by_time on observed_call using brin (at)',
    "create index observed_call_by_psp on observed_call (psp, at) where direction = 'PSP_TO_NODE'",
    "create index observed_call_by_creditor on observed_call (creditor, at) where direction = 'NODE_TO_CREDITOR'",
    "create index observed_call_by_station on observed_call (station, at) where direction = 'NODE_TO_CREDITOR'",
    `create table outage (
      series integer not null,
      from_at timestamptz not null,
      until_at timestamptz,
      calls integer not null,
      primary key (series, from_at)
    )`,
    // Since when outages of a subject have to be looked for again.
    'create table outage_due (series integer primary key, from_at timestamptz not null)',
    `create table stand_in_period (
      station_code text not null,
      from_at timestamptz not null,
      until_at timestamptz,
      broker_code text not null,
      entered_reason text not null,
      left_reason text,
      primary key (station_code, from_at)
    )`,
  ],
};
