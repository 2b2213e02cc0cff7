/** The data folder: made once by initdb, checked at every start. */
import { chmod, chown, mkdir, readFile, readdir, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError } from '../errors.ts';
import { type Access, type Places, loadAccess, placesOf } from './access.ts';
import { type Account, accountOfOwner, chooseAccount, commandOf, isRoot, runTool } from './account.ts';
import type { Binaries } from './binaries.ts';
import { inspectProcess } from './processes.ts';

export interface Cluster {
  readonly places: Places;
  readonly account: Account;
  readonly access: Access;
}

/**
 * Opens the data folder, making it when it does not exist.
 * @throws EmbeddedPostgresError when it cannot be used, in one sentence
 */
export async function openCluster(folder: string, binaries: Binaries): Promise<Cluster> {
  const places = placesOf(await makeParent(resolve(folder)));
  try {
    const version = await versionOf(places.data);
    if (version !== undefined) return await openExisting(places, version, binaries);
    await assertEmpty(places.data);
    const access = await loadAccess(places, true);
    const account = await chooseAccount([dirname(places.data), binaries.postgres]);
    await initialise({ places, account, access }, binaries);
    return { places, account, access };
  } catch (error) {
    throw inSentence(error, places.data);
  }
}

/** Makes the folders above the data folder, open to be entered by the server's account, and returns the data folder's real path. */
async function makeParent(data: string): Promise<string> {
  const parent = dirname(data);
  try {
    const first = await mkdir(parent, { recursive: true });
    // Only folders made here: those of others keep the permissions they have.
    if (first !== undefined) {
      for (let made = parent; made.startsWith(first); made = dirname(made)) await chmod(made, 0o755);
    }
    const path = join(await realpath(parent), basename(data));
    return await realpath(path).catch(() => path);
  } catch (error) {
    throw inSentence(error, data);
  }
}

async function openExisting(places: Places, version: number, binaries: Binaries): Promise<Cluster> {
  if (version !== binaries.major) {
    throw new EmbeddedPostgresError(
      `The data folder ${places.data} belongs to PostgreSQL ${version}, these programs are PostgreSQL ${binaries.major}: use another folder, or move the data over.`,
    );
  }
  const owner = await stat(places.data);
  const uid = process.getuid?.();
  if (uid !== undefined && !isRoot() && owner.uid !== uid) throw notWritable(places.data);
  return { places, account: accountOfOwner(owner), access: await loadAccess(places, false) };
}

/** The PostgreSQL version the folder was made by; undefined when it holds no database. */
async function versionOf(data: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(data, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function assertEmpty(data: string): Promise<void> {
  const entries = await readdir(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries.length > 0) {
    throw new EmbeddedPostgresError(
      `The data folder ${data} holds other files and no database: name an empty folder, or one that does not exist.`,
    );
  }
}

/** initdb into a folder beside, which then takes its name: a start that is killed half-way leaves no half-made database. */
async function initialise(cluster: Cluster, binaries: Binaries): Promise<void> {
  const { data } = cluster.places;
  await removeAbandoned(data);
  const draft = `${data}.making-${process.pid}`;
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, cluster.access.password, { mode: 0o600 });
    await giveTo(cluster.account, draft, passwordFile);
    await runInitdb(cluster, binaries, draft, passwordFile);
    await takeName(draft, data);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

async function runInitdb({ account, access, places }: Cluster, binaries: Binaries, draft: string, passwordFile: string): Promise<void> {
  const args = ['-D', draft, '-U', access.user, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums', '--no-instructions');
  const { code, output } = await runTool(commandOf(account, binaries.initdb, args));
  if (code === 0) return;
  const reason = output.split('\n').find((line) => /error|FATAL|cannot|could not/i.test(line)) ?? output.trim().split('\n').at(-1);
  throw new EmbeddedPostgresError(`The data folder ${places.data} could not be made: ${reason?.trim()}.`);
}

async function takeName(draft: string, data: string): Promise<void> {
  await rmdir(data).catch(() => undefined); // an empty folder; one with contents stays, and the rename tells
  try {
    await rename(draft, data);
  } catch (error) {
    // Another process was quicker: its database, made with the same password, is used.
    if ((await versionOf(data)) === undefined) throw error;
  }
}

async function giveTo({ user }: Account, ...paths: string[]): Promise<void> {
  if (user) for (const path of paths) await chown(path, user.uid, user.gid);
}

/** Removes what starts that were killed half-way left beside the data folder. */
async function removeAbandoned(data: string): Promise<void> {
  const prefix = `${basename(data)}.making-`;
  for (const name of await readdir(dirname(data))) {
    if (!name.startsWith(prefix)) continue;
    const { state } = await inspectProcess(Number.parseInt(name.slice(prefix.length), 10));
    if (state === 'GONE') await rm(join(dirname(data), name), { recursive: true, force: true });
  }
}

/** Errors of the file system as one sentence about the data folder. */
function inSentence(error: unknown, data: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof EmbeddedPostgresError || code === undefined) return error;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return notWritable(data, error);
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new EmbeddedPostgresError(`The data folder ${data} cannot be made, because a part of its path is a file.`, { cause: error });
  }
  if (code === 'ENOSPC') return new EmbeddedPostgresError(`There is no space left for the data folder ${data}.`, { cause: error });
  return new EmbeddedPostgresError(`The data folder ${data} cannot be used: ${message}.`, { cause: error });
}

function notWritable(data: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(`The data folder ${data} is not writable by user ${userInfo().username}.`, { cause });
}
