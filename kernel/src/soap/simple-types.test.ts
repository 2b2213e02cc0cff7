import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { euroCents } from '../money/index.ts';
import { amount } from './amount.ts';
import { MessageContext } from './message.ts';
import type { XmlType } from './message.ts';
import { base64, boolean, instant, integer, localDate, oneOf, pattern, text } from './simple-types.ts';
import { xmlElement } from './xml.ts';

function read<Value>(type: XmlType<Value>, content: string): Value | undefined {
  const context = new MessageContext('');
  const value = type.read(xmlElement('x', content), context);
  expect(context.issues.length).toBe(value === undefined ? 1 : 0);
  return value;
}

function written<Value>(type: XmlType<Value>, value: Value): unknown {
  const context = new MessageContext('');
  const content = type.write(value, context);
  expect(context.issues.length).toBe(content === undefined ? 1 : 0);
  return content;
}

describe('types of text', () => {
  it('counts characters as XML Schema does: a pair of surrogates is one', () => {
    const five = text(5, 5);
    expect(read(five, 'abcde')).toBe('abcde');
    expect(read(five, '\u{1F600}'.repeat(5))).toBe('\u{1F600}'.repeat(5));
    expect(read(five, '\u{1F600}'.repeat(6))).toBeUndefined();
    expect(read(five, 'abcd')).toBeUndefined();
    expect(read(text(1, 3), '')).toBeUndefined();
    expect(read(text(1, 3), 'x'.repeat(10_000))).toBeUndefined();
  });

  it('keeps white space in strings', () => {
    expect(read(text(1, 3), ' a ')).toBe(' a ');
    expect(read(oneOf('OK', 'KO'), ' OK')).toBeUndefined();
    expect(read(pattern(/[0-9]{2}/, 'two digits'), '12\n')).toBeUndefined();
  });

  it('matches patterns from end to end, every alternative of them', () => {
    const type = pattern(/a|bc/, 'a or bc');
    expect([read(type, 'a'), read(type, 'bc'), read(type, 'ab'), read(type, 'abc')]).toEqual(['a', 'bc', undefined, undefined]);
  });

  it.each([
    ['12.34', 1234],
    [' 0.01\n', 1],
    ['0.00', 0],
    ['000012.30', 1230],
    ['999999999.99', 99_999_999_999],
    ['1000000000.00', undefined],
    ['12', undefined],
    ['12.3', undefined],
    ['12.345', undefined],
    ['12,34', undefined],
    ['-1.00', undefined],
    ['+1.00', undefined],
    ['1e2', undefined],
    ['', undefined],
    ['1 2.34', undefined],
  ])('reads the amount %j', (content, cents) => {
    expect(read(amount(0), content)).toBe(cents);
  });

  it('knows amounts that must not be zero', () => {
    expect(read(amount(1), '0.00')).toBeUndefined();
    expect(read(amount(1), '0.01')).toBe(1);
    expect(written(amount(1), euroCents(0))).toBeUndefined();
    expect(amount(1).expected).toContain('0.01');
  });

  it('writes every amount as it reads it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), (cents) => {
        const content = written(amount(0), euroCents(cents));
        expect(content).toMatch(/^\d+\.\d{2}$/);
        expect(read(amount(0), String(content))).toBe(cents);
      }),
    );
  });

  it.each([
    ['2026-02-28', '2026-02-28'],
    [' 2024-02-29 ', '2024-02-29'],
    ['2026-01-31+01:00', '2026-01-31'],
    ['2026-01-31Z', '2026-01-31'],
    ['2026-02-29', undefined],
    ['2026-13-01', undefined],
    ['0000-01-01', undefined],
    ['2026-1-1', undefined],
    ['2026-01-31+15:00', undefined],
    ['2026-01-31T00:00:00', undefined],
    ['', undefined],
  ])('reads the date %j', (content, date) => {
    expect(read(localDate, content)).toBe(date);
  });

  it.each([
    ['2026-01-10T12:00:00Z', Date.UTC(2026, 0, 10, 12)],
    ['2026-01-10T12:00:00', Date.UTC(2026, 0, 10, 11)],
    ['2026-07-10T12:00:00.5', Date.UTC(2026, 6, 10, 10, 0, 0, 500)],
    ['2026-01-10T12:00:00.123456789012+02:00', Date.UTC(2026, 0, 10, 10, 0, 0, 123)],
    ['2026-01-10', undefined],
    ['2026-01-10T12:00', undefined],
    ['2026-01-10 12:00:00', undefined],
    ['2026-01-10T25:00:00', undefined],
    ['2026-01-10T12:00:00+1', undefined],
  ])('reads the instant %j', (content, instantMs) => {
    expect(read(instant, content)).toBe(instantMs);
  });

  it('writes instants with the offset of Rome, and reads them back', () => {
    expect(written(instant, Date.UTC(2026, 6, 10, 10))).toBe('2026-07-10T12:00:00.000+02:00');
    expect(written(instant, Number.NaN)).toBeUndefined();
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(9999, 0, 1) }), (ms) => {
        expect(read(instant, String(written(instant, ms)))).toBe(ms);
      }),
    );
  });

  it('reads booleans and whole numbers with the spellings of XML Schema', () => {
    expect(['true', '1', 'false', ' 0 '].map((content) => read(boolean, content))).toEqual([true, true, false, false]);
    expect(['TRUE', 'yes', ''].map((content) => read(boolean, content))).toEqual([undefined, undefined, undefined]);
    expect(['1', '+05', ' 3 '].map((content) => read(integer(1, 5), content))).toEqual([1, 5, 3]);
    expect(['0', '6', '1.0', '-1', '', '9'.repeat(41), '1e0'].map((content) => read(integer(1, 5), content))).toEqual(
      Array(7).fill(undefined),
    );
    expect(Object.is(read(integer(-5, 5), '-0'), 0)).toBe(true);
    expect(written(integer(1, 5), 2.5)).toBeUndefined();
  });

  it('reads base64 without its white space, and refuses what is none', () => {
    expect(read(base64(), ' aGVs\n bG8= ')).toBe('aGVsbG8=');
    expect(read(base64(), '')).toBe('');
    for (const wrong of ['aGVsbG8', 'aGVsbG8==', 'a===', 'aGVs*G8=', 'aGVsbG9=']) expect(read(base64(), wrong)).toBeUndefined();
    expect(read(base64(4, 8), 'aGVsbG8haGVsbG8h')).toBeUndefined();
  });

  it('refuses elements where text is expected', () => {
    const context = new MessageContext('');
    expect(text(0, 9).read(xmlElement('x', [xmlElement('y', '')]), context)).toBeUndefined();
    expect(context.issues).toEqual([{ path: '', expected: '0 to 9 characters, not elements' }]);
  });
});
