import { resolve } from 'node:path';
import { checkDocuments } from './documents/index.ts';
import type { Finding } from './finding.ts';
import { checkNotice } from './notice.ts';
import { checkStructure } from './structure/index.ts';

const CHECKS: Readonly<Record<string, (root: string) => Finding[]>> = {
  structure: checkStructure,
  documents: checkDocuments,
  notice: checkNotice,
};

/** Runs the named checks, or all; the exit code says whether all holds. */
function main(names: readonly string[]): number {
  const root = resolve(import.meta.dirname, '..');
  const unknown = names.filter((name) => !(name in CHECKS));
  if (unknown.length > 0) {
    process.stderr.write(`There is no check "${unknown.join('", "')}". There are: ${Object.keys(CHECKS).join(', ')}.\n`);
    return 2;
  }
  let count = 0;
  for (const name of names.length > 0 ? names : Object.keys(CHECKS)) {
    const findings = CHECKS[name]?.(root) ?? [];
    count += findings.length;
    process.stdout.write(findings.length === 0 ? `${name}: holds\n` : `${name}: ${findings.length} findings\n`);
    for (const { where, what } of findings) process.stdout.write(`  ${where} ${what}.\n`);
  }
  return count === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
