import type { Finding } from '../finding.ts';
import type { SourceTree } from './source-tree.ts';

/** Files that import each other in a circle at run time (types are gone by then): each circle once, begun at its first file by name. */
export function importCycles(tree: Pick<SourceTree, 'imports'>): Finding[] {
  const edges = new Map<string, string[]>();
  for (const { from, target, isOfTypes } of tree.imports)
    if (target !== undefined && !isOfTypes) edges.set(from, [...(edges.get(from) ?? []), target]);
  const done = new Set<string>();
  const found = new Map<string, Finding>();
  for (const file of [...edges.keys()].sort()) walk(file, [], edges, done, found);
  return [...found.values()];
}

function walk(file: string, path: string[], edges: Map<string, string[]>, done: Set<string>, found: Map<string, Finding>): void {
  const back = path.indexOf(file);
  if (back !== -1) {
    const circle = path.slice(back);
    found.set([...circle].sort().join(' '), {
      where: circle[0] ?? file,
      what: `imports itself in a circle: ${[...circle, file].join(' → ')}`,
    });
    return;
  }
  if (done.has(file)) return;
  path.push(file);
  for (const next of edges.get(file) ?? []) walk(next, path, edges, done, found);
  path.pop();
  done.add(file);
}
