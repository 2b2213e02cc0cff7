import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { mutationIssue, ruleFolders } from './folders.ts';

/** The version of Stryker; it is no package of the project, since only who mutates needs it. */
const STRYKER = '10.1.1';

/** Fetches Stryker into `.tools/mutation` unless that version is there; false where it cannot be had. */
function fetchStryker(root: string, folder: string): boolean {
  const manifest = join(folder, 'node_modules/@stryker-mutator/core/package.json');
  if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version === STRYKER) return true;
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const packages = [
    `@stryker-mutator/core@${STRYKER}`,
    `@stryker-mutator/vitest-runner@${STRYKER}`,
    `vitest@${devDependencies['vitest'] ?? 'latest'}`,
  ];
  return (
    spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], { cwd: folder, stdio: 'inherit' }).status ===
    0
  );
}

/** Mutates what the paths name and runs the unit tests of their folders on each mutant; Stryker's exit code. */
function mutate(root: string, paths: readonly string[]): number {
  const tools = join(root, '.tools/mutation');
  if (!fetchStryker(root, tools)) {
    process.stderr.write('Stryker could not be fetched, so nothing was mutated. Is the package registry reachable?\n');
    return 1;
  }
  const isFolder = (path: string): boolean => statSync(join(root, path)).isDirectory();
  const tests = [...new Set(paths.map((path) => `${isFolder(path) ? path : domainOf(path)}/**/*.test.ts`))];
  const report = join(root, 'reports/mutation', `${paths.length === 1 ? (paths[0] ?? '').replaceAll('/', '-') : 'several'}.json`);
  const configuration = {
    testRunner: 'vitest',
    plugins: [join(tools, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
    vitest: { configFile: 'checks/mutation/vitest.config.ts', related: false },
    mutate: [...paths.map((path) => (isFolder(path) ? `${path}/**/*.ts` : path)), '!**/*.test.ts'],
    mutator: { excludedMutations: ['StringLiteral', 'ObjectLiteral'] },
    ignorePatterns: ['.data', '.tools', '.cache', 'reports', 'dist', 'coverage'],
    ignoreStatic: true,
    concurrency: 1,
    timeoutMS: 4_000,
    disableTypeChecks: false,
    // The files need no rewriting for the copy, and Stryker cannot read the settings of our compiler.
    tsconfigFile: 'none.json',
    tempDirName: '.cache/mutation',
    reporters: ['clear-text', 'json'],
    jsonReporter: { fileName: report },
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  };
  const file = join(root, '.cache/mutation.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(configuration));
  const stryker = join(tools, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, ['--stack-size=4000', stryker, 'run', file], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MUTATION_TESTS: tests.join(',') },
  });
  return status ?? 1;
}

/** The folder whose tests judge a file: the domain folder it is in, or its own. */
function domainOf(path: string): string {
  const domain = /^.*\/src\/domain(?=\/)/.exec(path);
  return domain?.[0] ?? dirname(path);
}

function main(words: readonly string[]): number {
  const root = resolve(import.meta.dirname, '../..');
  const paths = words.map((word) => word.replace(/\/+$/, ''));
  const issues = paths.map((path) => mutationIssue(root, path)).filter((issue) => issue !== undefined);
  if (issues.length > 0) {
    process.stderr.write(`${issues.join('.\n')}.\n`);
    return 2;
  }
  if (paths.length > 0) return mutate(root, paths);
  return Math.max(...ruleFolders(root).map((folder) => mutate(root, [folder])));
}

process.exitCode = main(process.argv.slice(2));
