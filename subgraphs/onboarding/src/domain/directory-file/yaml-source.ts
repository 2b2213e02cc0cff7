/**
 * A YAML text as plain values, and the line of every place in it. What a directory file has no use for (anchors and aliases, several
 * documents, values of special types) is refused, so that a small file cannot stand for a huge one. A number that YAML would change in
 * reading ("0123", "1e3") stays the text that was written: codes keep their leading zeros with or without quotes.
 */
import { type Document, LineCounter, type Node, type ParsedNode, type Scalar, isAlias, isMap, isSeq, parseDocument } from 'yaml';
import { type Finding, type Path, shown } from '../finding.ts';

/** A finding and the line (from 1) that it is about. */
export interface FileIssue extends Finding {
  readonly line: number;
}

export interface YamlSource {
  /** Plain maps, lists, texts, numbers, flags and nulls; undefined when there are issues that leave nothing to look at. */
  readonly value: unknown;
  readonly issues: readonly FileIssue[];
  /** The line (from 1) of a place; of the nearest place around it when it is not there. */
  lineOf(path: Path): number;
}

/** Deeper than any place of a directory file. */
const DEEPEST = 8;

/** The core schema whatever a directive says, and no tags of special types. Keys that come twice are found here, with their line. */
const STRICT = {
  schema: 'core',
  resolveKnownTags: false,
  uniqueKeys: false,
  stringKeys: true,
  prettyErrors: false,
  logLevel: 'error',
} as const;

export function readYaml(text: string): YamlSource {
  const counter = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, counter.linePos(offset).line);
  const document = parseDocument(text, { ...STRICT, lineCounter: counter });
  const lineOf = (path: Path): number => lineAt(offsetOf(document, path));
  const issues: FileIssue[] = [...document.errors, ...document.warnings].map((error) => ({
    kind: 'SYNTAX',
    path: [],
    found: error.message,
    expected: 'well-formed YAML',
    line: lineAt(error.pos[0]),
  }));
  if (document.errors.length > 0) return { value: undefined, issues, lineOf };
  const reader = new Reader(lineAt);
  const value = reader.read(document.contents, []);
  return { value, issues: [...issues, ...reader.issues], lineOf };
}

/** Makes plain values of nodes; what it refuses becomes an issue and null. */
class Reader {
  readonly issues: FileIssue[] = [];
  readonly #lineAt: (offset: number) => number;

  constructor(lineAt: (offset: number) => number) {
    this.#lineAt = lineAt;
  }

  read(node: Node | null, path: Path): unknown {
    if (node === null) return null;
    if (path.length > DEEPEST) return this.#refuse(node, path, 'a place so deep', 'the maps and lists of a directory file');
    if (isAlias(node)) return this.#refuse(node, path, `the alias *${node.source}`, 'the value itself');
    if (isSeq(node)) return node.items.map((item, index) => this.read(item as Node | null, [...path, index]));
    if (isMap(node)) return this.#readMap(node.items as readonly { key: Node; value: Node | null }[], path);
    return readScalar(node as Scalar);
  }

  #readMap(pairs: readonly { key: Node; value: Node | null }[], path: Path): unknown {
    const entries = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      const name = nameOf(key);
      const place = [...path, name];
      if (entries.has(name)) this.#refuse(key, place, `the key ${shown(name)} again`, 'every key once', 'DUPLICATE');
      else entries.set(name, this.read(value, place));
    }
    return Object.fromEntries(entries);
  }

  #refuse(node: Node, path: Path, found: string, expected: string, kind: 'SYNTAX' | 'DUPLICATE' = 'SYNTAX'): null {
    this.issues.push({ kind, path, found, expected, line: this.#lineAt(startOf(node)) });
    return null;
  }
}

function readScalar({ value, source }: Scalar): unknown {
  return typeof value === 'number' && String(value) !== source ? source : value;
}

/** Where in the text a place begins: a key where it is written, an item where its value begins. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents;
  let offset = node === null ? 0 : startOf(node);
  for (const step of path) {
    const next = stepInto(node, step);
    if (!next) break;
    node = next.value;
    offset = next.offset;
  }
  return offset;
}

function stepInto(node: Node | null, step: string | number): { value: Node | null; offset: number } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step] as Node | undefined;
    return item && { value: item, offset: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = (node.items as { key: Node; value: Node | null }[]).find(({ key }) => nameOf(key) === step);
  return pair && { value: pair.value, offset: startOf(pair.key) };
}

/** All keys are texts: anything else is refused before. */
function nameOf(key: Node): string {
  return String((key as Scalar).value);
}

/** Nodes that were parsed have a place. */
function startOf(node: Node): number {
  return (node as ParsedNode).range[0];
}
