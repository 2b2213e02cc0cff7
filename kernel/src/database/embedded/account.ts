/** Under which account the server runs: PostgreSQL refuses to run as root. */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from '../errors.ts';

export interface Account {
  /** Set when the programs are to run as another user than this process. */
  readonly user?: { readonly uid: number; readonly gid: number; readonly name: string };
  /**
   * True: the programs run as root inside a user namespace that shows them another user. It is the way out when no other
   * account may enter the folders (a project in root's home).
   */
  readonly namespaced: boolean;
}

export interface Command {
  file: string;
  args: string[];
  uid?: number;
  gid?: number;
}

const OWN: Account = { namespaced: false };
const NAMESPACED: Account = { namespaced: true };
const NAMESPACE = ['--user', '--map-user=65534', '--map-group=65534'];
const TOOL_DEADLINE_MS = 60_000;

/** How to call a program under the account. */
export function commandOf(account: Account, program: string, args: readonly string[]): Command {
  if (account.namespaced) return { file: 'unshare', args: [...NAMESPACE, program, ...args] };
  return { file: program, args: [...args], ...(account.user && { uid: account.user.uid, gid: account.user.gid }) };
}

/** True when this process is root, so that an account must be chosen. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The account for a data folder that already exists: its owner. */
export function accountOfOwner(owner: { uid: number; gid: number }): Account {
  if (!isRoot()) return OWN;
  if (owner.uid === 0) return NAMESPACED;
  return { namespaced: false, user: { ...owner, name: `user ${owner.uid}` } };
}

/**
 * The account for a new data folder: this user; for root `postgres`, else `nobody`, provided it may enter every one of the places;
 * else root inside a user namespace.
 * @param places files and folders the server must be able to read
 */
export async function chooseAccount(places: readonly string[]): Promise<Account> {
  if (!isRoot()) return OWN;
  const user = await unprivilegedUser();
  const barred = await firstBarred(places, user);
  if (barred === undefined) return { namespaced: false, user };
  if (await namespacesWork()) return NAMESPACED;
  throw new EmbeddedPostgresError(
    `The database cannot run as root, and account ${user.name} may not enter ${barred}: run as another user, or put the project where others may read it.`,
  );
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number; name: string }> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts
      .split('\n')
      .map((line) => line.split(':'))
      .find(([account]) => account === name);
    const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
    // A negative id (macOS: nobody is -2) is its unsigned 32-bit form.
    if (fields && Number.isInteger(uid) && Number.isInteger(gid)) return { uid: uid >>> 0, gid: gid >>> 0, name };
  }
  return { uid: 65_534, gid: 65_534, name: 'nobody' };
}

/** The first folder on the way to a place that the user may not enter; undefined when all are open. Looks at mode bits only. */
async function firstBarred(places: readonly string[], user: { uid: number; gid: number }): Promise<string | undefined> {
  for (const place of places) {
    for (let folder = place; ; folder = dirname(folder)) {
      const { mode, uid, gid } = await stat(folder);
      const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
      if (((mode >> shift) & 1) === 0) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  return undefined;
}

async function namespacesWork(): Promise<boolean> {
  const { code } = await runTool({ file: 'unshare', args: [...NAMESPACE, 'true'] });
  return code === 0;
}

/** What the programs see of the environment: fixed language and zone, so that messages and defaults are the same everywhere. */
export function environment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP, TMP } = process.env;
  const inherited = Object.entries({ PATH, SystemRoot, TEMP, TMP }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(inherited), LC_ALL: 'C', TZ: 'UTC' };
}

export interface ToolResult {
  /** Exit code; undefined when the program could not be run or was ended for taking longer than a minute. */
  code: number | undefined;
  output: string;
}

/** Runs a program to its end. */
export function runTool({ file, args, uid, gid }: Command): Promise<ToolResult> {
  const options = { uid, gid, env: environment(), cwd: '/', timeout: TOOL_DEADLINE_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 20 } as const;
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) resolve({ code: 0, output: stdout + stderr });
      else resolve({ code: typeof error.code === 'number' ? error.code : undefined, output: `${stdout}${stderr}` || error.message });
    });
  });
}
