/** What is wrong with a description of directory objects: where, what was found there, what was expected. */

/** Steps from the whole to a place in it: keys and indexes, e.g. `['stations', 0, 'endpoint']`. */
export type Path = readonly (string | number)[];

/** The kinds of mistakes. */
export const FINDING_KINDS = ['SYNTAX', 'MISSING', 'UNKNOWN_KEY', 'INVALID', 'DUPLICATE', 'UNKNOWN_REFERENCE', 'NOT_ALLOWED'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly path: Path;
  /** What is there, in words that never show a secret. */
  readonly found: string;
  readonly expected: string;
}

/** Takes note of a finding. */
export type Report = (finding: Finding) => void;

/** A finding in a few words that follow the name of its place. */
export function messageOf({ kind, found }: Finding): string {
  switch (kind) {
    case 'SYNTAX':
      return found;
    case 'MISSING':
      return 'is missing';
    case 'UNKNOWN_KEY':
      return 'is not a key that belongs here';
    case 'UNKNOWN_REFERENCE':
      return `is ${found}, which is not known`;
    default:
      return `is ${found}`;
  }
}

const LONGEST_SHOWN = 60;

/** A path as people write it: `stations[0].endpoint`; empty for the whole. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** A value as it is shown in a finding. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? JSON.stringify(value) : `${value as number | boolean}`;
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** A secret value as it is shown in a finding: only what kind of thing it is. */
export function shownSecret(value: unknown): string {
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  return value === undefined || value === null || typeof value === 'object' ? shown(value) : `a ${typeof value}`;
}
