/** `platform backup`: a base backup of the embedded PostgreSQL, with the keys that are kept beside it, while the platform works. */
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { baseBackup, copyFolder, ownLike } from '@nodo-aperto/kernel/database';
import { CommandError } from '../failure.ts';
import { layFoundation } from '../foundation.ts';

/** What is of this machine or of the running server, and not of the data. */
const NOT_KEPT = /^pg(\.(log|keeper\.json).*)?$/;

/** @returns one sentence @throws CommandError, EmbeddedPostgresError */
export async function backup({ data, to }: { data: string; to: string }): Promise<string> {
  const target = resolve(to);
  const foundation = await layFoundation({ service: 'platform', folder: data });
  if (foundation.environment.DATABASE_URL)
    throw new CommandError('DATABASE_URL is set: that server is backed up with its own tools, as docs/backup.md describes.');
  await mkdir(target, { recursive: true, mode: 0o755 });
  if ((await readdir(target)).length > 0) throw new CommandError(`The folder ${target} is not empty: name one that does not exist yet.`);
  const database = await foundation.openDatabase();
  try {
    await ownLike(foundation.folder, target);
    const made = await baseBackup({ url: database.url, folder: join(foundation.folder, 'pg'), target: join(target, 'pg') });
    await copyFolder(foundation.folder, target, (name, depth) => (depth === 0 && NOT_KEPT.test(name) ? 'LEAVE_OUT' : 'COPY'));
    return `Backed up ${Math.ceil(made.bytes / 1e6)} MB to ${target}; it is whole with the log up to ${made.endsAt}.`;
  } finally {
    await database.release();
  }
}
