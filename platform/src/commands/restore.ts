/** `platform restore`: a data folder out of a backup and the archive of the log, with everything up to the last record that is found. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { copyFolder, ownLike, recoverySettings, startEmbeddedPostgres } from '@nodo-aperto/kernel/database';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { HOUR, realClock, withDeadline } from '@nodo-aperto/kernel/time';
import { Client } from 'pg';
import { readEnvironment } from '../environment.ts';
import { CommandError } from '../failure.ts';

export interface RestoreOptions {
  from: string;
  data: string;
  /** Folders with the log: the archive first, then what was received besides it. */
  wal: readonly string[];
}

const LOOK_MS = 100;

/** @returns one sentence @throws CommandError, EmbeddedPostgresError */
export async function restore({ from, data, wal }: RestoreOptions): Promise<string> {
  const [source, target] = [resolve(from), resolve(data)];
  const [archive, ...also] = wal.map((each) => resolve(each));
  if (archive === undefined) throw new CommandError('A backup is whole only with the log: name the archive with --wal.');
  const settings = recoverySettings(archive, also);
  await copyInto(source, target);
  const pg = join(target, 'pg');
  await writeFile(join(pg, 'recovery.signal'), '', { mode: 0o600 });
  await ownLike(pg, join(pg, 'recovery.signal'));
  const log = createLogger({ service: 'platform', level: readEnvironment(process.env).LOG_LEVEL });
  const server = await startEmbeddedPostgres({ folder: pg, log, clock: realClock(), settings });
  try {
    const reached = await withDeadline(realClock(), HOUR, 'the end of the recovery', (signal) => recovered(server.url, signal));
    return `Restored ${target} up to ${reached.position}; the last transaction is of ${reached.last ?? 'before the backup'}.`;
  } finally {
    await server.stop();
  }
}

async function copyInto(source: string, target: string): Promise<void> {
  const names = await readdir(source).catch(() => [] as string[]);
  if (!names.includes('pg')) throw new CommandError(`There is no backup in ${source}.`);
  await mkdir(target, { recursive: true, mode: 0o755 });
  if ((await readdir(target)).length > 0) throw new CommandError(`The folder ${target} is not empty: name one that does not exist yet.`);
  try {
    await copyFolder(source, target);
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error;
  }
}

/** Waits until the server has come to the end of the log and takes writes. */
async function recovered(url: string, signal: AbortSignal): Promise<{ position: string; last: string | null }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ going: boolean; position: string; last: string | null }>(
        `select pg_is_in_recovery() as going, coalesce(pg_last_wal_replay_lsn(), '0/0')::text as position,
          pg_last_xact_replay_timestamp()::text as last`,
      );
      const [row] = rows;
      if (row && !row.going) return { position: row.position, last: row.last };
      await realClock().sleep(LOOK_MS, signal);
    }
  } finally {
    await client.end();
  }
}
