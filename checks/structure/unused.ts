import { basename } from 'node:path/posix';
import type { Finding } from '../finding.ts';
import type { SourceTree } from './source-tree.ts';

const DECLARED = /^export (?:declare )?(?:default )?(?:abstract )?(const|let|function\*?|async function\*?|class|interface|type) (\w+)/gm;

/** What somebody outside calls by file: programs, tests, benchmarks, configuration, what k6 runs. */
const ENTRY =
  /\.test\.ts$|\.d\.(m)?ts$|\/bench\/|(^|\/)(main|write|containers|personal-data|index)\.tsx?$|\.config\.ts$|\.mjs$|^bench\.ts$|^loadtest\/k6\//;

/**
 * Exports that no other file speaks of, and files that no other speaks of. Looked for by name, so what has a common name may be missed, but nothing is
 * named here that is in use. A type may be exported for the
 * signature of an exported function alone, a class for the graph that type-graphql makes of it.
 */
export function unused(tree: SourceTree): Finding[] {
  const files = tree.files.filter((file) => /\.(ts|tsx|mts|mjs)$/.test(file));
  const words = new Map<string, Set<string>>();
  for (const file of files)
    for (const word of tree.textOf(file).match(/\w+/g) ?? []) words.set(word, (words.get(word) ?? new Set()).add(file));
  const whole = new Set(tree.imports.flatMap(({ isWhole, target }) => (isWhole && target !== undefined ? [target] : [])));
  return files.flatMap((file) => [...(whole.has(file) ? [] : unusedExports(file, tree.textOf(file), words)), ...unusedFile(file, tree)]);
}

function unusedExports(file: string, text: string, words: ReadonlyMap<string, ReadonlySet<string>>): Finding[] {
  if (file.startsWith('loadtest/k6/') || file.endsWith('.config.ts')) return [];
  return [...text.matchAll(DECLARED)].flatMap(({ 1: kind, 2: name = '', index }) => {
    if ((words.get(name)?.size ?? 0) > 1) return [];
    const ofSignature = kind === 'interface' || kind === 'type' || kind === 'class';
    if (ofSignature && text.split(new RegExp(`\\b${name}\\b`)).length > 2) return [];
    return [{ where: `${file}:${text.slice(0, index).split('\n').length}`, what: `exports "${name}", which no other file uses` }];
  });
}

function unusedFile(file: string, tree: SourceTree): Finding[] {
  if (ENTRY.test(file) || tree.imports.some(({ target }) => target === file)) return [];
  const name = basename(file);
  const named = tree.files.some((other) => other !== file && /\.(ts|tsx|mjs|json|html)$/.test(other) && tree.textOf(other).includes(name));
  return named ? [] : [{ where: file, what: 'is imported by nobody and is no entry point' }];
}
