/** Changes of single objects by operators: register (create or replace), enable and disable, remove. One shape for every kind. */
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { ConflictError, InputError, type InputIssue, NotFoundError } from '@nodo-aperto/kernel/faults';
import { type Change, type FileEntry, writeObject } from '../domain/directory-file/index.ts';
import { type Finding, messageOf, pathText } from '../domain/finding.ts';
import { type DirectoryEntries, type Reference, type RuleOptions, rulesOf } from '../domain/kinds.ts';
import type { Actor } from '../persistence/audit-log.ts';
import type { DirectoryStore, DirectoryWriter } from '../persistence/directory-store.ts';
import type { Stored } from '../persistence/mappings.ts';
import { isDeepStrictEqual } from 'node:util';
import { type LoadedDirectory, loadKnown } from './known-directory.ts';

/** The kinds that can be switched off without being removed. */
const SWITCHED_KINDS = ['creditorBroker', 'creditorInstitution', 'station', 'pspBroker', 'psp', 'channel', 'service'] as const;
export type SwitchedKind = (typeof SWITCHED_KINDS)[number];

/** The kinds that nothing refers to, and which are removed when they are no longer wanted. */
const REMOVABLE_KINDS = ['route', 'apiKey', 'maintenance'] as const;
export type RemovableKind = (typeof REMOVABLE_KINDS)[number];

export type ObjectChange = 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'REMOVED';

/** An object after a change was asked for. */
export interface ChangedObject extends Stored {
  readonly kind: DirectoryKind;
  readonly change: ObjectChange;
}

export interface ChangeOptions {
  /** The version that the caller has seen; absent for an object that is to be new. */
  readonly revision?: number | null;
  readonly by: Actor;
}

export interface ObjectService {
  /** @throws InputError naming every bad field; ConflictError when the object has another revision than the caller has seen */
  register<Kind extends DirectoryKind>(kind: Kind, input: object, options: ChangeOptions): Promise<ChangedObject>;
  /** @throws NotFoundError, ConflictError */
  setEnabled(kind: SwitchedKind, code: string, enabled: boolean, options: ChangeOptions): Promise<ChangedObject>;
  /** @throws NotFoundError, ConflictError */
  remove(kind: RemovableKind, code: string, options: ChangeOptions): Promise<ChangedObject>;
}

export function objectService({ store, rules }: { store: DirectoryStore; rules: RuleOptions }): ObjectService {
  return {
    register(kind, input, { revision, by }) {
      const entry = readInput(kind, input, rules);
      return store.write(by, (writer) => registerIn(writer, kind, entry, revision));
    },
    setEnabled: (kind, code, enabled, { revision, by }) =>
      store.write(by, async (writer) => {
        const stored = await existing(writer, kind, code);
        await checkRevision(writer, { kind, code }, stored, revision ?? undefined);
        return apply(writer, { kind, code, object: { ...stored.object, enabled }, created: false } as Change, stored);
      }),
    remove: (kind, code, { revision, by }) =>
      store.write(by, async (writer) => {
        const stored = await existing(writer, kind, code);
        await checkRevision(writer, { kind, code }, stored, revision ?? undefined);
        await writer.remove(kind, stored);
        return { ...stored, revision: stored.revision + 1, kind, change: 'REMOVED' };
      }),
  };
}

/** Registers a well-formed object: what it refers to has to exist, and the caller has to have seen what is replaced. */
export async function registerIn<Kind extends DirectoryKind>(
  writer: DirectoryWriter,
  kind: Kind,
  entry: DirectoryEntries[Kind],
  revision: number | null | undefined,
): Promise<ChangedObject> {
  const code = rulesOf(kind).code(entry);
  const known = await loadKnown(writer, [{ kind, code, entry } as FileEntry]);
  const stored = known.stored(kind, code);
  checkReferences(rulesOf(kind).references(entry), known);
  await checkRevision(writer, { kind, code }, stored, revision ?? undefined);
  const object = rulesOf(kind).complete(entry, stored?.object, writer.now);
  assertPassword(object);
  return apply(writer, { kind, code, object, created: stored === undefined } as Change, stored);
}

/** @throws InputError for a new station or channel without a password */
export function assertPassword(object: object): void {
  if ('password' in object && object.password === '')
    throw new InputError([{ path: 'input.password', message: 'is missing', expected: 'a password' }]);
}

/** Writes a change, unless everything is so already. */
export async function apply(writer: DirectoryWriter, change: Change, stored: Stored | undefined): Promise<ChangedObject> {
  if (stored !== undefined && isDeepStrictEqual(stored.object, change.object)) return { ...stored, kind: change.kind, change: 'UNCHANGED' };
  const [written] = await writer.save([change]);
  return { ...change, revision: written?.revision ?? 1, change: change.created ? 'CREATED' : 'UPDATED' };
}

/** Reads what a mutation was given by the rules of the directory file. @throws InputError naming every bad field */
export function readInput<Kind extends DirectoryKind>(kind: Kind, input: object, rules: RuleOptions): DirectoryEntries[Kind] {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  const entry = rulesOf(kind).rule(rules)(input, ['input'], report);
  if (entry !== undefined && findings.length === 0) rulesOf(kind).check(entry, ['input'], report);
  if (entry === undefined || findings.length > 0) throw new InputError(findings.map(issueOf));
  return entry;
}

/** Values that were refused do not travel in errors; where a message needs one, it is a code. */
function issueOf(finding: Finding): InputIssue {
  const message = finding.kind === 'INVALID' ? 'is not valid' : messageOf(finding);
  return { path: pathText(finding.path), message, expected: finding.expected };
}

/** @throws InputError naming what is not registered */
export function checkReferences(references: readonly Reference[], known: LoadedDirectory): void {
  const unknown = references.filter(({ kinds, code }) => !kinds.some((kind) => known.stored(kind, code)));
  if (unknown.length === 0) return;
  throw new InputError(
    unknown.map(({ path, kinds }) => ({
      path: pathText(['input', ...path]),
      message: 'is not known',
      expected: `the code of ${kinds.map((kind) => rulesOf(kind).what).join(' or ')} that is registered`,
    })),
  );
}

/** @throws ConflictError that names both revisions, with both contents when both are there */
export async function checkRevision<Kind extends DirectoryKind>(
  writer: DirectoryWriter,
  { kind, code }: { kind: Kind; code: string },
  stored: Stored<Kind> | undefined,
  seen: number | undefined,
): Promise<void> {
  if (stored?.revision === seen) return;
  const what = `${rulesOf(kind).what.replace(/^an? /, 'the ')} ${kind === 'apiKey' ? '' : code}`.trim();
  if (stored === undefined)
    throw new ConflictError(
      `You have seen revision ${seen} of ${what}, but there is none (any more); leave the revision out to register it.`,
    );
  if (seen === undefined)
    throw new ConflictError(
      `There is ${what} already, at revision ${stored.revision}, and you gave no revision; read it and give the revision you have seen.`,
    );
  throw new ConflictError(`You have seen revision ${seen} of ${what}, which is now at revision ${stored.revision}; read it again.`, {
    seen: { revision: seen, ...(await formerContent(writer, kind, code, seen)) },
    current: { revision: stored.revision, content: writeObject(kind, stored.object) },
  });
}

async function formerContent(
  writer: DirectoryWriter,
  kind: DirectoryKind,
  code: string,
  revision: number,
): Promise<{ content: string } | undefined> {
  const [row] = await writer.query<{ object: never }>(
    'select object from object_revision where kind = $1 and code = $2 and revision = $3',
    [kind, code, revision],
  );
  return row && { content: writeObject(kind, row.object) };
}

/** @throws NotFoundError */
export async function existing<Kind extends DirectoryKind>(writer: DirectoryWriter, kind: Kind, code: string): Promise<Stored<Kind>> {
  const [stored] = await writer.load(kind, [code]);
  if (!stored) throw new NotFoundError(`There is no ${rulesOf(kind).what.replace(/^an? /, '')} of this code.`);
  return stored;
}
