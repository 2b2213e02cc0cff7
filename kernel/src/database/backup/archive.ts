/** The archive of the write-ahead log: a folder into which the server copies each finished file of it, and from which it recovers. */
import { chmod, chown, mkdir } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { EmbeddedPostgresError } from '../errors.ts';

/** What a server needs that is backed up or followed while it runs; a server that recovers its log must not have less. */
const FOLLOWED = { wal_level: 'replica', max_wal_senders: '10' } as const;

/** Settings of a server that keeps an archive, and can be backed up and followed while it runs. */
export function archiveSettings(folder: string): Record<string, string> {
  const archive = quoted(folder);
  return {
    ...FOLLOWED,
    archive_mode: 'on',
    // Whole, on disk, and never over one that is there: PostgreSQL asks again until it is told so.
    archive_command: `test ! -f ${archive}/%f && cp %p ${archive}/%f.part && sync ${archive}/%f.part && mv ${archive}/%f.part ${archive}/%f`,
    // What was written is in the archive a minute later, also when little is written.
    archive_timeout: '60s',
  };
}

/**
 * Settings of a server that recovers from a backup. Without further sources it comes to the end of the archive; what was not archived yet is
 * taken from `also`, folders in which somebody else kept the log (a synchronous standby's `pg_wal`, the folder of a receiver of the log).
 */
export function recoverySettings(folder: string, also: readonly string[] = []): Record<string, string> {
  const from = [quoted(folder), ...also.map(quoted)].map((each) => `cp ${each}/%f %p`);
  return { ...FOLLOWED, restore_command: `(${from.join(' || ')}) 2>/dev/null`, recovery_target_timeline: 'latest' };
}

/** Makes the folder so that the server, which may run under another account, can write into it. */
export async function prepareArchive(folder: string, owner?: { uid: number; gid: number }): Promise<void> {
  quoted(folder);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return;
  if (owner) await chown(folder, owner.uid, owner.gid);
  else if (made !== undefined) await chmod(folder, 0o1777);
}

/** Paths become part of a shell's command, of a setting in quotes, and of the arguments of the server. */
function quoted(folder: string): string {
  if (!isAbsolute(folder) || !/^[\w./@+-]+$/.test(folder)) {
    throw new EmbeddedPostgresError(`The archive's folder ${folder} must be an absolute path of letters, digits and . _ / @ + - only.`);
  }
  return folder;
}
