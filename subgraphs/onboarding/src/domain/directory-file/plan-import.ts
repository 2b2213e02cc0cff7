/**
 * Rule: an import is carried out whole or not at all. This compares the well-formed entries of a file with the objects there are: it finds
 * entries given twice, references to objects that are neither there nor in the file, windows of one station that overlap, and new stations
 * and channels without a password; what remains are the objects to create and to update. Equal objects are left alone. Source: design section 7.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DirectoryData, DirectoryKind, Maintenance } from '@nodo-aperto/kernel/directory';
import { type Reference, rulesOf } from '../kinds.ts';
import { overlap } from '../maintenance-window.ts';
import { windowOf } from '../objects/maintenance.ts';
import type { DirectoryFile, FileEntry } from './read-file.ts';
import type { FileIssue } from './yaml-source.ts';

/** The objects that are stored, as far as a file speaks of them. */
export interface KnownDirectory {
  get<Kind extends DirectoryKind>(kind: Kind, code: string): DirectoryData[Kind] | undefined;
  /** All windows of a station. */
  maintenancesOf(station: string): readonly Maintenance[];
}

/** An object as it is to be from now on. */
export interface Change<Kind extends DirectoryKind = DirectoryKind> {
  readonly kind: Kind;
  readonly code: string;
  readonly object: DirectoryData[Kind];
  /** Whether there was none before. */
  readonly created: boolean;
}

export interface ImportPlan {
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** All that is wrong with the file, in the order of its lines; with any of these nothing may be written. */
  readonly issues: readonly FileIssue[];
}

/** @param now ISO 8601 */
export function planImport(file: DirectoryFile, known: KnownDirectory, now: string): ImportPlan {
  const planner = new Planner(file, known, now);
  for (const entry of file.entries) planner.add(entry);
  return planner.finish();
}

class Planner {
  readonly #file: DirectoryFile;
  readonly #known: KnownDirectory;
  readonly #now: string;
  readonly #present: ReadonlySet<string>;
  readonly #seen = new Map<string, FileEntry>();
  readonly #windows = new Map<string, (Maintenance & { line?: number })[]>();
  readonly #changes: Change[] = [];
  readonly #issues: FileIssue[];
  #unchanged = 0;

  constructor(file: DirectoryFile, known: KnownDirectory, now: string) {
    this.#file = file;
    this.#known = known;
    this.#now = now;
    this.#issues = [...file.issues];
    this.#present = new Set([...file.spoiled, ...file.entries.map(({ kind, code }) => `${kind}/${code}`)]);
  }

  add(item: FileEntry): void {
    if (this.#isRepeated(item)) return;
    const rules = rulesOf(item.kind);
    for (const reference of rules.references(item.entry)) this.#checkReference(item, reference);
    const before = this.#known.get(item.kind, item.code);
    const object = rules.complete(item.entry, before, this.#now);
    if ('password' in object) this.#checkPassword(item, object.password);
    if (item.kind === 'maintenance') this.#checkOverlap(item, object as Maintenance);
    if (before !== undefined && isDeepStrictEqual(before, object)) this.#unchanged += 1;
    else this.#changes.push({ kind: item.kind, code: item.code, object, created: before === undefined });
  }

  finish(): ImportPlan {
    const issues = this.#issues.toSorted((one, other) => one.line - other.line);
    return issues.length > 0 ? { changes: [], unchanged: 0, issues } : { changes: this.#changes, unchanged: this.#unchanged, issues };
  }

  #isRepeated(item: FileEntry): boolean {
    const key = `${item.kind}/${item.code}`;
    const first = this.#seen.get(key);
    if (!first) {
      this.#seen.set(key, item);
      return false;
    }
    const found = `${rulesOf(item.kind).what} that line ${this.#file.lineOf(first.path)} describes already`;
    this.#report(item, [], { kind: 'DUPLICATE', found, expected: 'every object once' });
    return true;
  }

  #checkReference(item: FileEntry, { path, kinds, code }: Reference): void {
    if (kinds.some((kind) => this.#present.has(`${kind}/${code}`) || this.#known.get(kind, code) !== undefined)) return;
    const sections = kinds.map((kind) => rulesOf(kind).section).join(', ');
    this.#report(item, path, {
      kind: 'UNKNOWN_REFERENCE',
      found: JSON.stringify(code),
      expected: `a code of ${sections}, in this file or registered before`,
    });
  }

  #checkPassword(item: FileEntry, password: string): void {
    if (password !== '') return;
    this.#report(item, ['password'], {
      kind: 'MISSING',
      found: 'nothing',
      expected: `a password, because ${rulesOf(item.kind).what} of this code is not registered yet`,
    });
  }

  #checkOverlap(item: FileEntry, window: Maintenance): void {
    const others = this.#windowsOf(window.station);
    const other = others.find((each) => overlap(windowOf(each), windowOf(window)));
    if (other) {
      const where = other.line === undefined ? 'registered before' : `of line ${other.line}`;
      this.#report(item, ['start'], {
        kind: 'NOT_ALLOWED',
        found: `a window that overlaps the one ${where} (${other.start} to ${other.end})`,
        expected: 'windows of one station that do not overlap',
      });
    }
    others.push({ ...window, line: this.#file.lineOf(item.path) });
  }

  /** The windows of a station that stay as they are, and those of the file looked at so far. */
  #windowsOf(station: string): (Maintenance & { line?: number })[] {
    const found = this.#windows.get(station);
    if (found) return found;
    const { code } = rulesOf('maintenance');
    const staying = this.#known.maintenancesOf(station).filter((each) => !this.#present.has(`maintenance/${code(each)}`));
    this.#windows.set(station, [...staying]);
    return this.#windowsOf(station);
  }

  #report(
    item: FileEntry,
    path: readonly (string | number)[],
    finding: { kind: FileIssue['kind']; found: string; expected: string },
  ): void {
    const place = [...item.path, ...path];
    this.#issues.push({ ...finding, path: place, line: this.#file.lineOf(place) });
  }
}
