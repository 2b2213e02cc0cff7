// Puts the project's own TypeScript into a few JavaScript files, kept until a source changes: starting from them takes two thirds of the time
// and half of the work of translating every file at every start. Packages stay where they are.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOMS = ['kernel', 'schema', 'subgraphs', 'gateway', 'platform', 'simulator'];
const ENTRIES = { 'platform/src/main.ts': 'platform', 'simulator/src/main.ts': 'simulator' };
// What runs in threads of its own: found beside the other files of the bundle.
const WORKERS = { 'subgraphs/notices/src/printing/print-worker.ts': 'print-worker' };
const KEPT = 3;
// The page at `/`: sources of a browser, built by a process of its own. What it sends to the graph stands beside the other operations.
const PAGE = 'simulator/src/control-room';
const PAGE_SOURCES = [PAGE, 'schema/operations'];
const PAGE_SOURCE = /(?<!\.test)\.(?:ts|tsx|css|html|svg|mjs|graphql)$/;

/** Whether a file is one that can be run from the bundle. */
export function isBundled(file) {
  return file in ENTRIES;
}

/**
 * Makes the bundle when there is none for the sources as they are.
 * @param root folder of the project
 * @param file one of the entries, e.g. platform/src/main.ts
 * @returns path of the JavaScript file to run
 */
export async function bundled(root, file) {
  // The platform serves the page: both are built at once. A page that cannot be built now is tried again by whoever asks for it.
  const page = ENTRIES[file] === 'platform' ? controlRoomBundled(root).catch(() => undefined) : undefined;
  const folder = await kept(join(root, 'node_modules', '.cache', 'nodo-aperto'), stampOf(root), (draft) => build(root, draft));
  await page;
  markUsed(folder);
  return join(folder, `${ENTRIES[file]}.mjs`);
}

/**
 * Builds the control room when there is no build for its sources as they are.
 * @param root folder of the project
 * @returns the folder of its files
 */
export async function controlRoomBundled(root) {
  return kept(join(root, 'node_modules', '.cache', 'nodo-aperto-control-room'), pageStampOf(root), (draft) => buildPage(root, draft));
}

/** The same order on every machine. */
const byName = (left, right) => (left < right ? -1 : 1);

/** What is being made in this process, by its folder. */
const underWay = new Map();

/** The folder of a stamp in a cache, made when it is not there; the oldest ones go. */
async function kept(cache, stamp, make) {
  const folder = join(cache, stamp);
  if (existsSync(folder)) return folder;
  // Who asks meanwhile waits for the same: the end of one build stops the builder of all that run in this process.
  if (!underWay.has(folder))
    underWay.set(
      folder,
      made(cache, folder, make).finally(() => underWay.delete(folder)),
    );
  return underWay.get(folder);
}

async function made(cache, folder, make) {
  const draft = `${folder}.${process.pid}`;
  await make(draft);
  try {
    renameSync(draft, folder);
  } catch {
    // Another process was faster: what it made is the same.
    rmSync(draft, { recursive: true, force: true });
  }
  removeOld(cache);
  return folder;
}

function pageStampOf(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of PAGE_SOURCES) {
    for (const name of readdirSync(join(root, folder), { recursive: true }).sort(byName)) {
      if (!PAGE_SOURCE.test(name)) continue;
      const { size, mtimeMs } = statSync(join(root, folder, name));
      hash.update(`${folder}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** @param folder where the files of the page shall be */
async function buildPage(root, folder) {
  const own = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const node = existsSync(own) ? own : process.execPath;
  const env = { ...process.env, NODE_ENV: 'production' };
  await new Promise((resolve, reject) => {
    const child = spawn(node, [join(root, PAGE, 'build.mjs'), folder], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env });
    let complaint = '';
    child.stderr.on('data', (text) => (complaint = `${complaint}${text}`.slice(-4_000)));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`The control room could not be built (code ${code}): ${complaint}`)),
    );
  });
}

/** Changes with every change of a source or of the packages: paths, sizes and times of change. */
function stampOf(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const room of ROOMS) {
    for (const name of readdirSync(join(root, room), { recursive: true }).sort(byName)) {
      if (!name.endsWith('.ts') || name.includes('node_modules') || name.endsWith('.test.ts')) continue;
      if (`${room}/${name}`.split('\\').join('/').startsWith(`${PAGE}/`)) continue;
      const { size, mtimeMs } = statSync(join(root, room, name));
      hash.update(`${room}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Makes a bundle apart, of sources that are changed on their way into it: for tests of what watches over the project.
 * @param root folder of the project
 * @param folder where it goes: a folder below the root, so that packages are found
 * @param change gets the path of a source from the root, with slashes, and its text; gives the text to build
 * @returns path of the platform's JavaScript file
 */
export async function bundleOfChanged(root, folder, change) {
  await build(root, folder, change);
  return join(folder, `${ENTRIES['platform/src/main.ts']}.mjs`);
}

async function build(root, folder, change = (_path, text) => text) {
  const { build: esbuild, stop } = await import('esbuild');
  const up = relative(folder, root).split('\\').join('/');
  await esbuild({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries({ ...ENTRIES, ...WORKERS }).map(([file, name]) => [name, file])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    keepNames: true,
    // Node keeps the text of every module: without indentation and comments it is half as long.
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'error',
    banner: { js: `const __projectRoot = new URL('${up}/', import.meta.url);\nconst __bundle = import.meta.url;` },
    plugins: [
      {
        name: 'project',
        setup(build) {
          build.onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
            kind === 'entry-point' || path.startsWith('@nodo-aperto/') ? undefined : { path, external: true },
          );
          // A file that looks for its neighbours must find those of its source, not of the bundle.
          build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const name = relative(root, path).split('\\').join('/');
            const source = readFileSync(path, 'utf8');
            const text = change(name, source);
            if (!text.includes('import.meta.url')) return text === source ? undefined : { contents: text, loader: 'ts' };
            const own = JSON.stringify(name);
            const started = text.replaceAll(/new URL\('\.\/([\w-]+\.ts)', import\.meta\.url\)/g, (whole, file) => {
              const worker =
                WORKERS[
                  relative(root, join(dirname(path), file))
                    .split('\\')
                    .join('/')
                ];
              return worker === undefined ? whole : `new URL('./${worker}.mjs', __bundle)`;
            });
            return { contents: started.replaceAll('import.meta.url', `new URL(${own}, __projectRoot).href`), loader: 'ts' };
          });
        },
      },
    ],
  });
  await stop();
}

/** Removes what was used longest ago, but nothing that somebody runs: a program loads parts of its bundle late, its workers for instance. */
function removeOld(cache) {
  const folders = readdirSync(cache).map((name) => ({ path: join(cache, name), time: statSync(join(cache, name)).mtimeMs }));
  for (const { path } of folders.sort((one, other) => other.time - one.time).slice(KEPT))
    if (!isUsed(path)) rmSync(path, { recursive: true, force: true });
}

const USED_BY = 'used-by.';

/** This process, or a child of its, is about to run what the folder has. */
function markUsed(folder) {
  try {
    writeFileSync(join(folder, `${USED_BY}${process.pid}`), '');
  } catch {
    // A cache that cannot be written to is not cleaned up either.
  }
}

function isUsed(folder) {
  const pids = readdirSync(folder).flatMap((name) => (name.startsWith(USED_BY) ? [Number(name.slice(USED_BY.length))] : []));
  return pids.some((pid) => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      return error.code === 'EPERM';
    }
  });
}
