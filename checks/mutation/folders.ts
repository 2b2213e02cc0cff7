import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is mutated when no folder is named: every subgraph's rules, and the kernel's that have no parts outside themselves. */
export function ruleFolders(root: string): string[] {
  const domains = readdirSync(join(root, 'subgraphs')).map((name) => `subgraphs/${name}/src/domain`);
  return [...domains, 'kernel/src/money', 'kernel/src/time', 'kernel/src/identifiers'].filter((folder) => existsSync(join(root, folder)));
}

/** The sentence that says why a path cannot be mutated; undefined if it can: a folder or a file of the tree that has a test beside or under it. */
export function mutationIssue(root: string, path: string): string | undefined {
  const whole = join(root, path);
  if (path.startsWith('/') || path.includes('..')) return `${path} is not a path inside the project, such as subgraphs/payments/src/domain`;
  if (!existsSync(whole)) return `${path} is not there`;
  const entries = statSync(whole).isDirectory() ? readdirSync(whole, { recursive: true, encoding: 'utf8' }) : [whole];
  return entries.some((entry) => entry.endsWith('.test.ts')) || !statSync(whole).isDirectory() ? undefined : `${path} has no unit test`;
}
