/**
 * Rules for values and how they combine. A rule reads a value of unknown shape, reports everything that is wrong with it, and gives the
 * value in its canonical form, or undefined when it reported something. One set of rules serves the directory file and the mutations.
 */
import type { Parsed } from '@nodo-aperto/kernel/faults';
import { type Path, type Report, shown, shownSecret } from './finding.ts';
import { nearestKey } from './nearest-key.ts';

export type Rule<T> = (value: unknown, path: Path, report: Report) => T | undefined;

/** A rule for one field of a map, and what an absent one means. */
export interface Field<T> {
  readonly rule: Rule<T>;
  /** MISSING: a finding. Otherwise the value that stands for an absent one, made when needed. */
  readonly absent: 'MISSING' | (() => T);
}

export type Fields<T extends object> = { readonly [Key in keyof T]-?: Field<T[Key]> };

/** A field that must be there. */
export function required<T>(rule: Rule<T>): Field<T> {
  return { rule, absent: 'MISSING' };
}

/** A field that may be absent, and the value that it then has (made anew each time when a function is given). */
export function withDefault<T>(rule: Rule<T>, value: T | (() => T)): Field<T> {
  return { rule, absent: typeof value === 'function' ? (value as () => T) : () => value };
}

/** A field that may be absent and then stays so. */
export function optional<T>(rule: Rule<T>): Field<T | undefined> {
  return { rule, absent: () => undefined };
}

/** A rule of a parse function; `secret` values are never shown in findings. */
export function scalar<T>(parse: (value: unknown) => Parsed<T>, options: { secret?: boolean } = {}): Rule<T> {
  return (value, path, report) => {
    const parsed = parse(value);
    if (parsed.ok) return parsed.value;
    report({ kind: 'INVALID', path, found: options.secret ? shownSecret(value) : shown(value), expected: parsed.expected });
    return undefined;
  };
}

/** A list of values of one rule. */
export function listOf<T>(rule: Rule<T>, limits: { what: string; least?: number; most: number }): Rule<T[]> {
  const { what, least = 0, most } = limits;
  return (value, path, report) => {
    const expected = `a list of ${least === 0 ? 'at most' : `${least} to`} ${most} ${what}`;
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      report({ kind: 'INVALID', path, found: shown(value), expected });
      return undefined;
    }
    const items = value.map((item: unknown, index) => rule(item, [...path, index], report));
    return items.every((item) => item !== undefined) ? (items as T[]) : undefined;
  };
}

/** A map with the fields and no others. */
export function mapOf<T extends object>(what: string, fields: Fields<T>): Rule<T> {
  const known = Object.keys(fields) as (keyof T & string)[];
  return (value, path, report) => {
    if (!isMap(value)) {
      report({ kind: 'INVALID', path, found: shown(value), expected: `a map that describes ${what}` });
      return undefined;
    }
    let findings = 0;
    const count: Report = (finding) => {
      findings += 1;
      report(finding);
    };
    reportUnknownKeys(value, known, path, count);
    const read = known.map((key) => [key, readField(fields[key], value[key], [...path, key], count)] as const);
    return findings > 0 ? undefined : (Object.fromEntries(read.filter(([, each]) => each !== undefined)) as T);
  };
}

/** A map of which only some fields are given; what is given must be right. */
export function partOf<T extends object>(what: string, fields: Fields<T>): Rule<Partial<T>> {
  const loose = Object.fromEntries(Object.entries<Field<unknown>>(fields).map(([key, field]) => [key, optional(field.rule)]));
  return mapOf<Partial<T>>(what, loose as Fields<Partial<T>>);
}

function readField<T>(field: Field<T>, value: unknown, path: Path, report: Report): T | undefined {
  if (value !== undefined && value !== null) return field.rule(value, path, report);
  if (field.absent !== 'MISSING') return field.absent();
  report({ kind: 'MISSING', path, found: 'nothing', expected: expectedBy(field.rule) });
  return undefined;
}

/** What a rule says it expects, asked with a value that no rule accepts. */
function expectedBy(rule: Rule<unknown>): string {
  let expected = '';
  rule(undefined, [], (finding) => {
    expected ||= finding.expected;
  });
  return expected;
}

/** Reports the keys that do not belong to a map. */
export function reportUnknownKeys(value: Readonly<Record<string, unknown>>, known: readonly string[], path: Path, report: Report): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = nearestKey(key, known);
    const expected = near === undefined ? `one of the keys ${known.join(', ')}` : `the key ${near}, which is the nearest`;
    report({ kind: 'UNKNOWN_KEY', path: [...path, key], found: shown(key), expected });
  }
}

/** Whether the value is a map of keys to values. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
