import { parseCreditorFiscalCode } from '@nodo-aperto/kernel/identifiers';
import { describe, expect, it } from 'vitest';
import type { Rule } from './rule.ts';
import { flag, instant, line, oneOf, textBy, textLike, wholeNumber } from './scalars.ts';

function read<T>(rule: Rule<T>, value: unknown): T | string {
  let expected = '';
  const result = rule(value, [], (finding) => {
    expected = `expected ${finding.expected}`;
  });
  return result ?? expected;
}

describe('simple values', () => {
  it.each([
    ['a text of a pattern', textLike(/^\d{2}$/, 'two digits'), '02', '02'],
    ['a number where a text is expected', textLike(/^\d{2}$/, 'two digits'), 12, '12'],
    ['another text', textLike(/^\d{2}$/, 'two digits'), '2', 'expected two digits'],
    ['a flag where a text is expected', textLike(/^\d{2}$/, 'two digits'), true, 'expected two digits'],
    ['a fiscal code without quotes', textBy(parseCreditorFiscalCode), 66666666666, '66666666666'],
    ['no fiscal code', textBy(parseCreditorFiscalCode), null, 'expected a fiscal code of 11 digits'],
    ['a line', line(10), ' Comune ', 'Comune'],
    ['a blank line', line(10), '  ', 'expected a text of 1 to 10 characters on one line'],
    ['a long line', line(3), 'abcd', 'expected a text of 1 to 3 characters on one line'],
    ['two lines', line(10), 'a\nb', 'expected a text of 1 to 10 characters on one line'],
    ['half a character', line(10), 'a\ud800', 'expected a text of 1 to 10 characters on one line'],
    ['a letter beyond the basic plane', line(10), '𝒜', '𝒜'],
    ['no line', line(10), {}, 'expected a text of 1 to 10 characters on one line'],
    ['true', flag, true, true],
    ['a word for true', flag, 'yes', 'expected true or false'],
    ['a whole number', wholeNumber(1, 5), 5, 5],
    ['too large a number', wholeNumber(1, 5), 6, 'expected a whole number from 1 to 5'],
    ['too small a number', wholeNumber(1, 5), 0, 'expected a whole number from 1 to 5'],
    ['a fraction', wholeNumber(1, 5), 1.5, 'expected a whole number from 1 to 5'],
    ['a number in quotes', wholeNumber(1, 5), '3', 'expected a whole number from 1 to 5'],
    ['one of several', oneOf('a', 'b'), 'b', 'b'],
    ['none of several', oneOf('a', 'b'), 'c', 'expected one of a, b'],
    ['not the only one', oneOf('a'), 'c', 'expected a'],
    ['an instant with an offset', instant, '2027-01-10T01:00:00+01:00', '2027-01-10T00:00:00.000Z'],
    ['an instant in Italian time', instant, '2027-07-10T01:00:00', '2027-07-09T23:00:00.000Z'],
    ['a day', instant, '2027-01-10', 'expected an instant such as "2027-01-10T01:00:00+01:00"'],
    ['a number', instant, 1_800_000_000_000, 'expected an instant such as "2027-01-10T01:00:00+01:00"'],
    ['an endless text', instant, '2'.repeat(41), 'expected an instant such as "2027-01-10T01:00:00+01:00"'],
  ])('%s', (_what, rule, value, result) => {
    expect(read(rule as Rule<unknown>, value)).toBe(result);
  });
});
