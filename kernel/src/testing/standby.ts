/** A real standby of a real server: made from a base backup, it follows the primary's log. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { baseBackup, type EmbeddedPostgres, startEmbeddedPostgres } from '../database/index.ts';
import { realClock } from '../time/index.ts';
import { testLogger } from './logger.ts';

export interface StandbyOptions {
  readonly primary: Pick<EmbeddedPostgres, 'url'>;
  /** The data folder of the primary. */
  readonly primaryFolder: string;
  readonly folder: string;
  /** As the primary knows it, e.g. in `synchronous_standby_names`. */
  readonly name: string;
}

export async function startStandby({ primary, primaryFolder, folder, name }: StandbyOptions): Promise<EmbeddedPostgres> {
  await baseBackup({ url: primary.url, folder: primaryFolder, target: folder });
  await copyAccess(primaryFolder, folder);
  const { hostname, port, username, password } = new URL(primary.url);
  // Read by the server's account: it may not be that of this process, to which the password file belongs.
  await writeFile(`${folder}/standby.signal`, '', { mode: 0o644 });
  return startEmbeddedPostgres({
    folder,
    log: testLogger(),
    clock: realClock(),
    settings: {
      wal_level: 'replica',
      max_wal_senders: '10',
      hot_standby: 'on',
      hot_standby_feedback: 'on',
      wal_receiver_status_interval: '1s',
      primary_conninfo: `host=${hostname} port=${port} user=${username} password=${password} application_name=${name}`,
    },
  });
}

/** The password of a server is that of its copies; the port is not. */
export async function copyAccess(from: string, to: string): Promise<void> {
  await copyFile(`${from}.access.json`, `${to}.access.json`);
  const { user, password } = JSON.parse(await readFile(`${to}.access.json`, 'utf8')) as { user: string; password: string };
  await writeFile(`${to}.access.json`, JSON.stringify({ user, password }), { mode: 0o600 });
}
