/**
 * Looks for personal data where none may be: tax codes of persons, IBANs, access tokens. CI runs it over what the long tests left behind.
 *
 *   node boot.mjs e2e/security/personal-data.ts FILE|FOLDER …
 *
 * Exit code 1, with file, line and kind of each finding; never what was found itself.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Finding {
  readonly line: number;
  readonly kind: 'tax code' | 'IBAN' | 'access token';
  readonly value: string;
}

const KINDS: readonly (readonly [Finding['kind'], RegExp])[] = [
  // Sixteen characters; letters may stand for digits where two persons would have the same code (omocodia).
  ['tax code', /(?<![A-Za-z0-9])[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-EHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z](?![A-Za-z0-9])/g],
  ['IBAN', /(?<![A-Za-z0-9])(?:IT|SM)[0-9]{2}[A-Z][0-9]{10}[0-9A-Z]{12}(?![A-Za-z0-9])/g],
  ['access token', /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}/g],
];

/** What no real person and no real account has: the only ones that files of the project may hold. */
export const FICTIONAL: ReadonlySet<string> = new Set([
  'RSSMRA80A01H501U',
  'VRDLGU75C10F205J',
  'BNCGLI85M41L219Z',
  'NREPLA70T50G273M',
  'GLLNDR90E20D612T',
  'FRRCHR88S55A944L',
  'VRDLGI70A01H501C',
  'IT60X0542811101000000123456',
  'IT30N0103076271000001823603',
  'IT02X0760111000000000012345',
  'IT45R0760103200000000001016',
  'IT02T0542811101000000654321',
]);

/** Everything in a text that looks like data of a person. */
export function personalDataIn(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const [index, line] of text.split('\n').entries())
    for (const [kind, pattern] of KINDS) for (const [value] of line.matchAll(pattern)) findings.push({ line: index + 1, kind, value });
  return findings;
}

const TEXT = /\.(?:log|txt|json|jsonl|xml|html|csv|ya?ml|md|graphql|prom)$/;
const LARGEST_FILE = 64 * 1024 * 1024;

/** The text files under a path, or the file itself. */
export function textFilesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size <= LARGEST_FILE)
    .sort();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const files = process.argv.slice(2).flatMap(textFilesUnder);
  let found = 0;
  for (const file of files) {
    for (const { line, kind } of personalDataIn(readFileSync(file, 'utf8'))) {
      found += 1;
      process.stdout.write(`${file}:${line}: ${kind}\n`);
    }
  }
  process.stdout.write(`${files.length} files looked through, ${found} findings.\n`);
  process.exitCode = found > 0 ? 1 : 0;
}
