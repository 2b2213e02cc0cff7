import { InputError } from './errors.ts';

/** What a parse function says of a value: the value in its canonical form, or what would have been right. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly expected: string };

export function accepted<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refused(expected: string): Parsed<never> {
  return { ok: false, expected };
}

/** The parsed value. Throws InputError naming the place and what was expected. */
export function valueOf<T>(parsed: Parsed<T>, path: string): T {
  if (parsed.ok) return parsed.value;
  throw InputError.at(path, 'is not valid', parsed.expected);
}
