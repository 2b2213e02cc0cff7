// Runs a command of the project on a machine that has only Node 20 or newer: installs the packages when they are absent or the lock file
// has changed, then re-executes on the Node binary that the packages bring. Uses nothing but Node itself, because it runs before anything
// is installed.
//
//   node boot.mjs FILE.ts [ARGUMENTS]      runs a TypeScript file; the packages needed at run time are enough
//   node boot.mjs --script NAME [ARGUMENTS] runs an npm script of package.json; needs the development packages too
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.nodo-aperto-installed');
const [target, ...rest] = process.argv.slice(2);

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** What the lock file and the manifests ask for: a change in any of them asks for a new installation. */
function wanted() {
  const hash = createHash('sha256');
  for (const name of ['package-lock.json', 'package.json', '.npmrc']) hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

/** The stamp's two words: the hash of what was installed, and whether the development packages are among it. */
function installed() {
  if (!existsSync(stamp)) return { hash: '', development: false };
  const [hash = '', kind = ''] = readFileSync(stamp, 'utf8').trim().split(' ');
  return { hash, development: kind === 'development' };
}

function install(development) {
  // An installation empties the folder first: behind a link that is somebody else's.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink())
    fail(
      'The packages in node_modules are not those of package-lock.json, and node_modules is a link: remove it, and they are installed here.',
    );
  process.stderr.write('Installing packages (the first time only; about a minute) …\n');
  const npm = process.env.npm_execpath;
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
    ...(development ? ['--include=dev'] : ['--omit=dev']),
  ];
  const environment = { ...process.env };
  // A parent npm hands its own settings down as variables; the project's .npmrc must decide, not the caller's command line.
  for (const name of Object.keys(environment))
    if (/^npm_config_(omit|include|production|ignore_scripts|workspace)/i.test(name)) delete environment[name];
  const result =
    npm && npm.endsWith('.js')
      ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: environment })
      : spawnSync('npm', args, {
          cwd: root,
          stdio: ['ignore', 'ignore', 'inherit'],
          env: environment,
          shell: process.platform === 'win32',
        });
  if (result.status !== 0)
    fail(
      `The packages could not be installed: "npm ci" ended with code ${result.status ?? result.error?.message}. Is the package registry reachable?`,
    );
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, `${wanted()} ${development ? 'development' : 'production'}\n`);
}

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.versions.node}.`);
if (!target) fail('Usage: node boot.mjs FILE.ts [ARGUMENTS] | node boot.mjs --script NAME [ARGUMENTS]');

const needsDevelopment = target === '--script' || process.env.NODO_DEVELOPMENT === '1';
const have = installed();
if (have.hash !== wanted() || (needsDevelopment && !have.development)) install(needsDevelopment || have.development);

const bundled = join(modules, '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
const node = existsSync(bundled) ? bundled : process.execPath;
if (node === process.execPath && Number(process.versions.node.split('.')[0]) < 24) {
  fail(
    `No Node binary came with the packages for ${process.platform}-${process.arch}; Node 24 or newer is needed here, this is ${process.versions.node}.`,
  );
}

const path = `${join(modules, '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
const environment = {
  ...process.env,
  PATH: path,
  APOLLO_TELEMETRY_DISABLED: 'true',
  // What Node has compiled once it keeps: half a second less at every start.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(modules, '.cache', 'nodo-aperto-compiled'),
};
const script = target === '--script' ? JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts[rest[0]] : undefined;
if (target === '--script' && !script) fail(`package.json has no script "${rest[0]}".`);
const quoted = (words) => words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
const child = script
  ? spawn([script, quoted(rest.slice(1))].join(' '), { cwd: root, stdio: 'inherit', env: environment, shell: true })
  : spawn(node, ['--enable-source-maps', ...(await program(target)), ...rest], { stdio: 'inherit', env: environment });

/** What to hand to Node: the bundle of the file, or, where none can be written, the file itself and what translates it. */
async function program(file) {
  const { bundled, isBundled } = await import('./bundle.mjs');
  if (isBundled(file)) {
    try {
      return [await bundled(root, file)];
    } catch (error) {
      if (process.env.NODO_DEBUG) process.stderr.write(`No bundle: ${error.message}\n`);
    }
  }
  return ['--import', 'tsx', join(root, file)];
}

// The terminal sends Ctrl-C to the whole group; SIGTERM comes to this process alone and has to be handed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
