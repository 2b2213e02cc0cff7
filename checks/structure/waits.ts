import type { Finding } from '../finding.ts';
import type { SourceTree } from './source-tree.ts';

/** Where pauses are what is tested. */
const OF_CLOCKS = 'kernel/src/time/';

/** A pause of a length, as tests must not make it: they wait for what they wait for (`until`). */
const PAUSE = /\bawait (?:setTimeout|sleep|delay|pause)\(|\bfrom 'node:timers\/promises'|\bawait [\w.]*[cC]lock\(?\)?\.(?:sleep|wait)\(/g;

/** Tests that wait by time. A line that says why (`// Waits by time: …` above it) is let through: something must be shown not to happen. */
export function waitsByTime(tree: Pick<SourceTree, 'files' | 'textOf'>): Finding[] {
  return tree.files
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith(OF_CLOCKS))
    .flatMap((file) => {
      const text = tree.textOf(file);
      return [...text.matchAll(PAUSE)].flatMap(({ 0: found, index }) => {
        const before = text.slice(0, index).split('\n');
        if (before.at(-2)?.includes('// Waits by time: ') === true) return [];
        return [{ where: `${file}:${before.length}`, what: `waits by time (${found.trim()}); wait for a condition with until()` }];
      });
    });
}
