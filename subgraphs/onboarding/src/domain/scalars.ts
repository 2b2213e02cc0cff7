/** The simple values of directory objects: how each is written. Lengths and shapes: domain facts, Payments sections 1.1 and 1.4. */
import { type Parsed, accepted, refused } from '@nodo-aperto/kernel/faults';
import { isLocalDate, parseInstant, toIso } from '@nodo-aperto/kernel/time';
import { type Rule, scalar } from './rule.ts';

/**
 * Numbers that a directory file holds without quotes arrive as numbers when nothing of how they were written is lost; where a text is
 * expected they are that text.
 */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** A text of a pattern. */
export function textLike(pattern: RegExp, expected: string): Rule<string> {
  return scalar((value) => {
    const text = textOf(value);
    return text !== undefined && pattern.test(text) ? accepted(text) : refused(expected);
  });
}

/** A text that a parse function of the kernel reads. */
export function textBy<T extends string>(parse: (text: string) => Parsed<T>): Rule<T> {
  return scalar((value) => parse(textOf(value) ?? ''));
}

/** A text for people: one line, not blank. */
export function line(most: number): Rule<string> {
  return scalar((value) => {
    const text = textOf(value)?.trim();
    // Neither control characters nor halves of characters, which no database keeps.
    const fits = text !== undefined && text.length >= 1 && text.length <= most && !/[\p{Cc}\p{Cs}]/u.test(text);
    return fits ? accepted(text) : refused(`a text of 1 to ${most} characters on one line`);
  });
}

export const flag: Rule<boolean> = scalar((value) => (typeof value === 'boolean' ? accepted(value) : refused('true or false')));

export function wholeNumber(least: number, most: number): Rule<number> {
  return scalar((value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? accepted(value)
      : refused(`a whole number from ${least} to ${most}`),
  );
}

export function oneOf<const T extends string | number>(...values: readonly T[]): Rule<T> {
  return scalar((value) => {
    const found = values.find((each) => each === value);
    return found === undefined ? refused(values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`) : accepted(found);
  });
}

/** An instant in ISO 8601, given in UTC; without an offset it is read as Italian time. */
export const instant: Rule<string> = scalar((value) => {
  const parsed = typeof value === 'string' && value.length <= 40 ? parseInstant(value) : undefined;
  return parsed === undefined ? refused('an instant such as "2027-01-10T01:00:00+01:00"') : accepted(toIso(parsed));
});

/** A day of Italian time, e.g. 2026-11-23. */
export const day: Rule<string> = scalar((value) =>
  typeof value === 'string' && isLocalDate(value) ? accepted(value) : refused('a date like 2026-11-23'),
);
