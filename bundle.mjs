// Puts the project's own TypeScript into a few JavaScript files, kept until a source changes: starting from them takes two thirds of the time
// and half of the work of translating every file at every start. Packages stay where they are.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOMS = ['kernel', 'schema', 'subgraphs', 'gateway', 'platform', 'simulator'];
const ENTRIES = { 'platform/src/main.ts': 'platform', 'simulator/src/main.ts': 'simulator' };
// What runs in threads of its own: found beside the other files of the bundle.
const WORKERS = { 'subgraphs/notices/src/printing/print-worker.ts': 'print-worker' };
const KEPT = 3;

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
  const cache = join(root, 'node_modules', '.cache', 'nodo-aperto');
  const folder = join(cache, stampOf(root));
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`;
    await build(root, draft);
    try {
      renameSync(draft, folder);
    } catch {
      // Another process was faster: its bundle is the same.
      rmSync(draft, { recursive: true, force: true });
    }
    removeOld(cache);
  }
  return join(folder, `${ENTRIES[file]}.mjs`);
}

/** Changes with every change of a source or of the packages: paths, sizes and times of change. */
function stampOf(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const room of ROOMS) {
    for (const name of readdirSync(join(root, room), { recursive: true }).sort()) {
      if (!name.endsWith('.ts') || name.includes('node_modules') || name.endsWith('.test.ts')) continue;
      const { size, mtimeMs } = statSync(join(root, room, name));
      hash.update(`${room}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function build(root, folder) {
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
            const text = readFileSync(path, 'utf8');
            if (!text.includes('import.meta.url')) return undefined;
            const own = JSON.stringify(relative(root, path).split('\\').join('/'));
            const started = text.replaceAll(/new URL\('\.\/([\w-]+\.ts)', import\.meta\.url\)/g, (whole, name) => {
              const worker =
                WORKERS[
                  relative(root, join(dirname(path), name))
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

function removeOld(cache) {
  const folders = readdirSync(cache).map((name) => ({ path: join(cache, name), time: statSync(join(cache, name)).mtimeMs }));
  for (const { path } of folders.sort((one, other) => other.time - one.time).slice(KEPT)) rmSync(path, { recursive: true, force: true });
}
