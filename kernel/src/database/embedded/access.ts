/** What is kept beside the data folder: the password, the port, and which process takes care of the server. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { EmbeddedPostgresError } from '../errors.ts';
import { processStart } from './processes.ts';

export interface Access {
  readonly user: string;
  readonly password: string;
  /** The port of the last start, taken again when it is free. */
  readonly port?: number;
}

export interface Places {
  /** The data folder itself. */
  readonly data: string;
  readonly access: string;
  readonly keeper: string;
  readonly log: string;
}

export function placesOf(data: string): Places {
  return { data, access: `${data}.access.json`, keeper: `${data}.keeper.json`, log: `${data}.log` };
}

/** The password file; made when there is none and `create` is true. Of two processes that make it at once, both get the one that stays. */
export async function loadAccess(places: Places, create: boolean): Promise<Access> {
  const existing = await readAccess(places);
  if (existing) return existing;
  if (!create) {
    throw new EmbeddedPostgresError(
      `The password file ${places.access} is missing although ${places.data} holds a database: restore it from a copy.`,
    );
  }
  const made: Access = { user: 'nodo', password: randomBytes(24).toString('base64url') };
  const draft = `${places.access}.${process.pid}`;
  await writeFile(draft, JSON.stringify(made), { mode: 0o600 });
  try {
    await link(draft, places.access);
    return made;
  } catch (error) {
    const winner = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await readAccess(places) : undefined;
    if (!winner) throw error;
    return winner;
  } finally {
    await rm(draft, { force: true });
  }
}

export async function rememberPort(places: Places, access: Access, port: number): Promise<Access> {
  if (access.port === port) return access;
  const changed = { ...access, port };
  const draft = `${places.access}.${process.pid}`;
  await writeFile(draft, JSON.stringify(changed), { mode: 0o600 });
  await rename(draft, places.access);
  return changed;
}

async function readAccess(places: Places): Promise<Access | undefined> {
  const text = await readFile(places.access, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new EmbeddedPostgresError(`The password file ${places.access} cannot be read: ${error.message}.`, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    const access = JSON.parse(text) as Access;
    if (typeof access.user === 'string' && typeof access.password === 'string') return access;
  } catch {
    // Falls through to the sentence below.
  }
  throw new EmbeddedPostgresError(`The password file ${places.access} is not what this program wrote: restore it from a copy.`);
}

/** Makes this process the one that stops the server. */
export async function becomeKeeper(places: Places): Promise<void> {
  await writeFile(places.keeper, JSON.stringify({ pid: process.pid, start: await processStart(process.pid) }), { mode: 0o600 });
}

/** True when another living process, or another handle of this one, takes care of the server. */
export async function isKept(places: Places): Promise<boolean> {
  const keeper = await readFile(places.keeper, 'utf8').then(
    (text) => JSON.parse(text) as { pid: number; start?: string },
    () => undefined,
  );
  if (!keeper) return false;
  const start = await processStart(keeper.pid);
  return start !== undefined && start === keeper.start;
}

export async function releaseKeeper(places: Places): Promise<void> {
  await rm(places.keeper, { force: true });
}
