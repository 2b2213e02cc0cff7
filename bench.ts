/**
 * Runs a benchmark by its name: `npm run bench -- NAME`. A benchmark is a file `bench/NAME.ts` of a workspace; without a name they are listed,
 * each with the first sentence of its comment.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = import.meta.dirname;

/** Every benchmark: its name and its file. */
function benchmarks(): Map<string, string> {
  const workspaces = [
    'kernel',
    'gateway',
    'platform',
    'simulator',
    'loadtest',
    ...readdirSync(join(root, 'subgraphs')).map((name) => `subgraphs/${name}`),
  ];
  const found = new Map<string, string>();
  for (const workspace of workspaces) {
    const folder = join(root, workspace, 'bench');
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder)) if (file.endsWith('.ts')) found.set(file.slice(0, -'.ts'.length), join(folder, file));
  }
  return found;
}

/** What a benchmark measures: the first sentence of the comment that opens its file. */
function sentenceOf(file: string): string {
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  const text = comment.replaceAll(/\s*\n\s*\*\s?/g, ' ').trim();
  return /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

const [, , name, ...rest] = process.argv;
const all = benchmarks();
const file = name === undefined ? undefined : all.get(name);
if (file === undefined) {
  if (name !== undefined) process.stderr.write(`There is no benchmark "${name}".\n`);
  process.stdout.write('Usage: npm run bench -- NAME\n');
  for (const [each, path] of [...all].sort(([left], [right]) => left.localeCompare(right)))
    process.stdout.write(`  ${each.padEnd(14)}${sentenceOf(path)}\n`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  // The benchmark reads its arguments as if it had been started itself.
  process.argv = [process.argv[0] ?? 'node', file, ...rest];
  await import(pathToFileURL(file).href);
}
