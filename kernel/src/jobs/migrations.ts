import type { Migration } from '../database/index.ts';

/** The schema of this room's own tables. The queue itself is graphile-worker's, in `graphile_worker`. */
export const JOBS_SCHEMA = 'kernel_jobs';

/** Recurrent work that some process hosts, and its runs: what operators asked for and what became of it. */
export const jobsMigrations: readonly Migration[] = [
  {
    name: 'kernel-jobs-0001',
    up: [
      `create table run (
        id uuid primary key,
        name text not null,
        state text not null check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
        forced boolean not null,
        requested_at timestamptz not null,
        started_at timestamptz,
        finished_at timestamptz,
        processed integer not null default 0,
        detail text,
        error text
      )`,
      `create table job (
        name text primary key,
        every_ms bigint not null,
        registered_at timestamptz not null
      )`,
      'create index run_by_name on run (name, requested_at desc)',
    ],
  },
];
