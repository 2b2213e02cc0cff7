import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNewer, isVersion, withRelease, withVersion } from './versions.ts';

/** What a release changes: files with their new text. */
export interface ReleasePlan {
  readonly version: string;
  readonly tag: string;
  readonly files: ReadonlyMap<string, string>;
}

/** What has to be mended before a release can be made; its message may be shown. */
export class ReleaseRefusedError extends Error {
  override readonly name = 'ReleaseRefusedError';
}

/** Runs git in the repository. */
export const git = (root: string, ...words: string[]): string => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();

/**
 * Looks at the repository and says what the release would change; changes nothing.
 * @param day of the release, YYYY-MM-DD
 * @throws ReleaseRefusedError
 */
export function planRelease(root: string, version: string, day: string): ReleasePlan {
  if (!isVersion(version)) throw new ReleaseRefusedError(`"${version}" is no version; expected three numbers such as 1.2.0`);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const { version: last } = JSON.parse(read('package.json')) as { version: string };
  if (!isNewer(version, last)) throw new ReleaseRefusedError(`${version} does not come after ${last}`);
  const changed = git(root, 'status', '--porcelain');
  if (changed !== '')
    throw new ReleaseRefusedError(`what is not committed would be left out (git status lists ${changed.split('\n').length})`);
  const tag = `v${version}`;
  if (git(root, 'tag', '--list', tag) !== '') throw new ReleaseRefusedError(`the tag ${tag} is there already`);
  const manifests = git(root, 'ls-files', 'package.json', '*/package.json', 'package-lock.json').split('\n');
  const files = new Map(manifests.map((path) => [path, withVersion(read(path), last, version)] as const));
  try {
    files.set('CHANGELOG.md', withRelease(read('CHANGELOG.md'), version, day));
  } catch (error) {
    throw new ReleaseRefusedError((error as Error).message);
  }
  return { version, tag, files: new Map([...files].filter(([path, text]) => text !== read(path))) };
}
