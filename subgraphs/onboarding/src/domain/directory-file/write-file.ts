/**
 * Rule: an export is a directory file that, read again, changes nothing: every section in the order of the file, one line for each object.
 * Passwords and keys are written as their digests. Source: design section 7.
 */
import type { ApiKey, DirectoryData, DirectoryKind } from '@nodo-aperto/kernel/directory';
import { Document, type YAMLMap, type YAMLSeq, isSeq } from 'yaml';
import { writtenKey } from '../credential.ts';
import { FILE_KINDS, rulesOf } from '../kinds.ts';

/** All objects of every kind; a kind without any may be absent. */
export type DirectoryContents = { readonly [Kind in DirectoryKind]?: readonly DirectoryData[Kind][] };

// Quotes everywhere: other tools take a code such as 66666666666_01 for a number.
const LAYOUT = { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' } as const;

export function writeDirectoryFile(contents: DirectoryContents): string {
  const sections = FILE_KINDS.map((kind) => [rulesOf(kind).section, sectionOf(kind, contents)] as const);
  const document = new Document(Object.fromEntries(sections.filter(([, value]) => value !== undefined)));
  for (const { value } of (document.contents as unknown as YAMLMap<unknown, YAMLMap | YAMLSeq<YAMLMap>>).items) {
    for (const map of isSeq<YAMLMap>(value) ? value.items : [value as YAMLMap]) map.flow = true;
  }
  return document.toString(LAYOUT);
}

/** One object as a line of a directory file, without its secret: for people who look at its history. */
export function writeObject<Kind extends DirectoryKind>(kind: Kind, object: DirectoryData[Kind]): string {
  const { password: _password, key: _key, ...open } = written(kind, object) as Record<string, unknown>;
  const document = new Document(open);
  (document.contents as unknown as YAMLMap).flow = true;
  return document.toString(LAYOUT).trimEnd();
}

function sectionOf(kind: DirectoryKind, contents: DirectoryContents): unknown {
  const objects: readonly DirectoryData[DirectoryKind][] = contents[kind] ?? [];
  if (objects.length === 0) return undefined;
  const values = objects.map((object) => written(kind, object));
  return kind === 'settings' ? values[0] : values;
}

function written(kind: DirectoryKind, object: DirectoryData[DirectoryKind]): unknown {
  if (kind !== 'apiKey') return object;
  const { hash, ...rest } = object as ApiKey;
  return { key: writtenKey(hash), ...rest };
}
