/**
 * A base backup of a server whose data folder is on this machine: PostgreSQL's own protocol for it (start, copy the files, stop), for the
 * embedded server, whose package lacks `pg_basebackup`. The server goes on working. The copy is no database yet: it becomes one with the
 * write-ahead log that was written meanwhile.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { realClock } from '../../time/index.ts';
import { connect } from '../connection.ts';
import { EmbeddedPostgresError } from '../errors.ts';
import { copyFolder, ownLike } from './copy-folder.ts';

export interface BaseBackupOptions {
  /** A superuser's address. */
  readonly url: string;
  /** The data folder of that server. */
  readonly folder: string;
  /** A folder that does not exist yet, or is empty. */
  readonly target: string;
}

export interface BaseBackup {
  /** Where recovery has to get to, at least; a position in the write-ahead log. */
  readonly endsAt: string;
  readonly bytes: number;
}

/** What belongs to the running server only. Folders are made, empty. */
const CONTENTS_LEFT_OUT = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const FILES_LEFT_OUT =
  /^(postmaster\.(pid|opts)|pg_internal\.init.*|pgsql_tmp.*|backup_label.*|tablespace_map.*|standby\.signal|recovery\.signal)$/;
/** The checkpoint at the start, and the wait at the end until the log is archived, take their time. */
const STATEMENT_LIMIT_MS = 600_000;

/**
 * Makes the backup. Where an archive is kept it ends when the archive has all that the backup needs.
 * @throws EmbeddedPostgresError when the server does not write enough log for a backup, or the target is not empty
 */
export async function baseBackup({ url, folder, target }: BaseBackupOptions): Promise<BaseBackup> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  if ((await readdir(target)).length > 0) throw new EmbeddedPostgresError(`The folder ${target} for the backup is not empty.`);
  const client = await connect({ url, applicationName: 'backup', statementTimeoutMs: STATEMENT_LIMIT_MS }, realClock());
  try {
    await assertEnoughLog(client);
    await client.query(`select pg_backup_start('nodo-aperto', true)`);
    await ownLike(folder, target);
    const bytes = await copyFolder(folder, target, withoutRunning);
    const { rows } = await client.query<{ lsn: string; labelfile: string; spcmapfile: string }>(
      'select lsn::text, labelfile, spcmapfile from pg_backup_stop(true)',
    );
    const [stopped] = rows;
    if (!stopped) throw new EmbeddedPostgresError('PostgreSQL did not say where the backup ends.');
    await writeLike(folder, join(target, 'backup_label'), stopped.labelfile);
    if (stopped.spcmapfile !== '') throw new EmbeddedPostgresError('Tablespaces outside the data folder are not backed up here.');
    return { endsAt: stopped.lsn, bytes };
  } finally {
    await client.end();
  }
}

async function assertEnoughLog(client: Client): Promise<void> {
  const { rows } = await client.query<{ level: string }>(`select current_setting('wal_level') as level`);
  if (rows[0]?.level !== 'minimal') return;
  throw new EmbeddedPostgresError(
    'The database keeps too little log for a backup while it runs: start it with WAL_ARCHIVE_FOLDER set, or with wal_level=replica.',
  );
}

const withoutRunning = (name: string, depth: number): 'COPY' | 'EMPTY' | 'LEAVE_OUT' => {
  if (FILES_LEFT_OUT.test(name)) return 'LEAVE_OUT';
  return depth === 0 && CONTENTS_LEFT_OUT.has(name) ? 'EMPTY' : 'COPY';
};

async function writeLike(folder: string, path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flush: true });
  await ownLike(folder, path);
}
