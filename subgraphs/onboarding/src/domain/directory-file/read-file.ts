/**
 * Rule: a directory file is a map of sections, one per kind of object, each a list (settings: a map). Whatever is wrong with it is named
 * with its line, all of it at once. Source: design section 7.
 */
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { type Finding, type Path, type Report, shown } from '../finding.ts';
import { type DirectoryEntries, FILE_KINDS, type RuleOptions, rulesOf } from '../kinds.ts';
import { isMap, reportUnknownKeys } from '../rule.ts';
import { type FileIssue, readYaml } from './yaml-source.ts';

/** A well-formed entry of a file and where it stands. */
export interface FileEntry<Kind extends DirectoryKind = DirectoryKind> {
  readonly kind: Kind;
  readonly code: string;
  readonly entry: DirectoryEntries[Kind];
  readonly path: Path;
}

export interface DirectoryFile {
  /** The well-formed entries, in the order of kinds and of the file. */
  readonly entries: readonly FileEntry[];
  /** Objects that the file describes badly, as `kind/code`: who refers to them is not to blame. */
  readonly spoiled: ReadonlySet<string>;
  readonly issues: readonly FileIssue[];
  /** The line of a place. */
  lineOf(path: Path): number;
}

/** The longest file that is read, in characters, and the most entries of one section. */
export const LONGEST_FILE = 32 * 1024 * 1024;
export const MOST_ENTRIES = 100_000;

export function readDirectoryFile(text: string, options: RuleOptions): DirectoryFile {
  if (text.length > LONGEST_FILE)
    return refusedWhole(`a file of ${text.length} characters`, `a file of at most ${LONGEST_FILE} characters`);
  const source = readYaml(text);
  if (source.value === undefined) return { entries: [], spoiled: new Set(), issues: source.issues, lineOf: source.lineOf };
  const reader = new FileReader(options);
  reader.readAll(source.value);
  const located = reader.findings.map((finding): FileIssue => ({ ...finding, line: source.lineOf(finding.path) }));
  return { entries: reader.entries, spoiled: reader.spoiled, issues: [...source.issues, ...located], lineOf: source.lineOf };
}

function refusedWhole(found: string, expected: string): DirectoryFile {
  return { entries: [], spoiled: new Set(), issues: [{ kind: 'INVALID', path: [], found, expected, line: 1 }], lineOf: () => 1 };
}

class FileReader {
  readonly entries: FileEntry[] = [];
  readonly spoiled = new Set<string>();
  readonly findings: Finding[] = [];
  readonly #options: RuleOptions;

  constructor(options: RuleOptions) {
    this.#options = options;
  }

  readAll(value: unknown): void {
    const sections = FILE_KINDS.map((kind) => rulesOf(kind).section);
    if (!isMap(value)) {
      this.#report({ kind: 'INVALID', path: [], found: shown(value), expected: `a map of the sections ${sections.join(', ')}` });
      return;
    }
    reportUnknownKeys(value, sections, [], this.#report);
    for (const kind of FILE_KINDS) this.#readSection(kind, value[rulesOf(kind).section]);
  }

  #readSection(kind: DirectoryKind, value: unknown): void {
    const { section, what } = rulesOf(kind);
    if (value === undefined || value === null) return;
    if (kind === 'settings') {
      this.#readEntry(kind, value, [section]);
      return;
    }
    if (!Array.isArray(value) || value.length > MOST_ENTRIES) {
      this.#report({
        kind: 'INVALID',
        path: [section],
        found: shown(value),
        expected: `a list of at most ${MOST_ENTRIES} entries, each ${what}`,
      });
      return;
    }
    for (const [index, item] of value.entries()) this.#readEntry(kind, item, [section, index]);
  }

  #readEntry<Kind extends DirectoryKind>(kind: Kind, value: unknown, path: Path): void {
    const rules = rulesOf(kind);
    const before = this.findings.length;
    const entry = rules.rule(this.#options)(value, path, this.#report);
    if (entry !== undefined) rules.check(entry, path, this.#report);
    if (entry !== undefined && this.findings.length === before) this.entries.push({ kind, code: rules.code(entry), entry, path });
    else this.#spoil(kind, value);
  }

  #spoil(kind: DirectoryKind, value: unknown): void {
    const { identity } = rulesOf(kind);
    const code = identity !== undefined && isMap(value) ? value[identity] : undefined;
    if (typeof code === 'string' || typeof code === 'number') this.spoiled.add(`${kind}/${code}`);
  }

  readonly #report: Report = (finding) => {
    this.findings.push(finding);
  };
}
