import { accepted, refused } from '../faults/index.ts';
import type { Parsed } from '../faults/index.ts';

declare const brand: unique symbol;

/** A text that was checked to be a Name; made only by that kind's parse function and guard. */
export type Identifier<Name extends string> = string & { readonly [brand]: Name };

/** The guard and the parse function of an identifier that is known by its shape alone. */
export interface Shape<T extends string> {
  is(this: void, value: unknown): value is T;
  parse(this: void, value: unknown): Parsed<T>;
}

/** `canonical` maps equal spellings to the one that is kept (and that `is` accepts). */
export function shapeOf<Name extends string>(
  pattern: RegExp,
  expected: string,
  canonical: (text: string) => string = (text) => text,
): Shape<Identifier<Name>> {
  const is = (value: unknown): value is Identifier<Name> => typeof value === 'string' && pattern.test(value);
  return {
    is,
    parse(value) {
      const text = typeof value === 'string' ? canonical(value) : value;
      return is(text) ? accepted(text) : refused(expected);
    },
  };
}

/** ASCII only: the general rule would turn letters of other alphabets into ASCII ones (a dotless i into I). */
export const upperCase = (text: string): string => text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());
