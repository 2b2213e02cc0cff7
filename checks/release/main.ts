import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { git, planRelease, ReleaseRefusedError } from './plan.ts';

const USAGE = 'Usage: node boot.mjs checks/release/main.ts X.Y.Z [--write] [--untested]\n';

/** Makes a release, or says what it would be. */
function main(words: readonly string[]): number {
  const [version = '', ...flags] = words;
  if (version === '' || flags.some((flag) => flag !== '--write' && flag !== '--untested')) {
    process.stderr.write(USAGE);
    return 2;
  }
  const root = resolve(import.meta.dirname, '../..');
  const day = git(root, 'log', '-1', '--format=%cs');
  const plan = planRelease(root, version, day);
  process.stdout.write(`${plan.tag} changes ${[...plan.files.keys()].join(', ')}\n`);
  if (!flags.includes('--write')) {
    process.stdout.write('Nothing was changed; --write runs the checks and the tests, and then does it.\n');
    return 0;
  }
  if (!flags.includes('--untested') && spawnSync('npm', ['run', 'check'], { cwd: root, stdio: 'inherit' }).status !== 0) return 1;
  for (const [path, text] of plan.files) writeFileSync(join(root, path), text);
  git(root, 'add', ...plan.files.keys());
  git(root, 'commit', '--quiet', '--message', `Release ${version}`);
  git(root, 'tag', '--annotate', plan.tag, '--message', `Nodo Aperto ${version}`);
  process.stdout.write(`Committed and tagged ${plan.tag}. Push it when you want it to be known.\n`);
  return 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ReleaseRefusedError)) throw error;
  process.stderr.write(`No release: ${error.message}.\n`);
  process.exitCode = 1;
}
