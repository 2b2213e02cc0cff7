import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';

/** One import of a module of this repository. */
export interface Import {
  readonly from: string;
  readonly line: number;
  /** As it is written. */
  readonly specifier: string;
  /** The file it means, below the root; undefined for packages from outside. */
  readonly target: string | undefined;
  /** All of it, under one name (`import * as`, `export * from`). */
  readonly isWhole: boolean;
  /** Types only: nothing of it is there at run time. */
  readonly isOfTypes: boolean;
}

/** The files of the repository with what they import. */
export interface SourceTree {
  readonly root: string;
  /** All files that belong to the repository, below the root, with `/`. */
  readonly files: readonly string[];
  readonly imports: readonly Import[];
  readonly lengthOf: (file: string) => number;
  /** What stands in a file; read once. */
  readonly textOf: (file: string) => string;
}

const CODE = /\.(ts|tsx|mts|mjs)$/;
const OURS = '@nodo-aperto/';
const STATEMENT = /^(?:import|export)\b[^;'"`]*?\bfrom\s*'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

/** Reads what git tracks or would track below `root`. */
export function readSourceTree(root: string): SourceTree {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  const files = [...new Set(listed.split('\0'))].filter((file) => file !== '' && existsSync(join(root, file))).sort();
  const texts = new Map<string, string>();
  const textOf = (file: string): string => {
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
    texts.set(file, text);
    return text;
  };
  const code = new Set(files.filter((name) => CODE.test(name)));
  const imports = [...code].flatMap((file) => importsOf(file, textOf(file)));
  return { root, files, imports, textOf, lengthOf: (file) => (code.has(file) ? textOf(file).split('\n').length - 1 : 0) };
}

/** The imports in a file's text; relies on statements as the formatter writes them. */
function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(STATEMENT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    return {
      from: file,
      line: text.slice(0, match.index).split('\n').length,
      specifier,
      target: targetOf(file, specifier),
      isWhole: /^(import|export) \*/.test(match[0]),
      isOfTypes: /^(import|export) type\b/.test(match[0]),
    };
  });
}

function targetOf(file: string, written: string): string | undefined {
  const specifier = written.replace(/\?\w+$/, '');
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier));
  if (!specifier.startsWith(OURS)) return undefined;
  const [name = '', ...rooms] = specifier.slice(OURS.length).split('/');
  const room = rooms.join('/');
  if (name === 'kernel') return `kernel/src/${room}/index.ts`;
  if (name === 'schema') return room === 'events' ? 'schema/events/index.ts' : `schema/${room}`;
  const folder = ['gateway', 'platform', 'simulator', 'loadtest', 'e2e'].includes(name) ? name : `subgraphs/${name}`;
  return `${folder}/src/index.ts`;
}
