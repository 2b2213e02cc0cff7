import type { Migration } from '../database/index.ts';

/** The replica of the directory; part of every schema, filled where a service starts the replica. Every revision is kept. */
export const directoryMigrations: readonly Migration[] = [
  {
    name: 'kernel-directory-0001',
    up: [
      `create table directory_entry (
        kind text not null,
        code text not null,
        revision bigint not null,
        parent text,
        deleted boolean not null,
        valid_from timestamptz not null,
        data jsonb not null,
        primary key (kind, code, revision)
      )`,
      'create index directory_entry_parent on directory_entry (kind, parent) where parent is not null',
    ],
  },
];
