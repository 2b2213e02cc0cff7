/** The release before this one, taken out of the project's history and made ready to run beside it. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Release } from '../support/platform-process.ts';

/**
 * Stands in for the tag of the previous release until there is one: the state of the main line that was whole before tables were split into
 * partitions, and the first whose processes may start together on one data folder.
 */
const LAST_LANDING = 'd75a8ed91a9a7f5260f4aba8e2ce027ddc77bd9d';
const OWN_PACKAGES = '@nodo-aperto';
const BUNDLE_MS = 180_000;
/** Its own way of making its bundle, in a process of its own. */
const BUNDLE = `import { bundled } from './bundle.mjs'; process.stdout.write(await bundled(process.cwd(), 'platform/src/main.ts'));`;
const root = fileURLToPath(new URL('../../', import.meta.url));

const git = (...words: string[]): string =>
  execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** The latest tag `v*` before this commit, else the last landing; undefined where the history is not there. */
export function previousRelease(): string | undefined {
  try {
    const tags = git('tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-creatordate').split('\n').filter(Boolean);
    const head = git('rev-parse', 'HEAD');
    const tag = tags.find((each) => git('rev-parse', `${each}^{commit}`) !== head);
    return git('rev-parse', `${tag ?? LAST_LANDING}^{commit}`);
  } catch {
    return undefined;
  }
}

/**
 * Puts its sources into a folder of their own, with the packages of this one: the project's own packages are its own, all others are shared.
 */
export async function checkOut(commit: string): Promise<Release & Disposable> {
  const folder = mkdtempSync(join(tmpdir(), 'nodo-previous-release-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const archive = execFileSync('git', ['archive', '--format=tar', commit], { cwd: root, maxBuffer: 512 * 1024 * 1024 });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    sharePackages(folder);
    const { stdout: file } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', BUNDLE], {
      cwd: folder,
      timeout: BUNDLE_MS,
    });
    return { folder, file, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function sharePackages(folder: string): void {
  const packages = join(root, 'node_modules');
  const own = join(folder, 'node_modules');
  mkdirSync(join(own, OWN_PACKAGES), { recursive: true });
  for (const name of readdirSync(packages))
    if (name !== OWN_PACKAGES && name !== '.cache') symlinkSync(join(packages, name), join(own, name));
  for (const name of readdirSync(join(packages, OWN_PACKAGES))) {
    const target = join(packages, OWN_PACKAGES, readlinkSync(join(packages, OWN_PACKAGES, name)));
    symlinkSync(join(folder, relative(root, target)), join(own, OWN_PACKAGES, name));
  }
}
