import { describe, expect, it } from 'vitest';
import { type Finding, messageOf, pathText, shown, shownSecret } from './finding.ts';

describe('findings', () => {
  it('write places as people do', () => {
    expect(pathText([])).toBe('');
    expect(pathText(['stations', 0, 'endpoint'])).toBe('stations[0].endpoint');
    expect(pathText([2])).toBe('[2]');
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'nothing'],
    [[1, 2], 'a list of 2'],
    [{ a: 1 }, 'a map'],
    ['text', '"text"'],
    [12, '12'],
    [false, 'false'],
    ['x'.repeat(100), `"${'x'.repeat(59)}…`],
  ])('show %j as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it.each([
    ['secret', 'a text of 6 characters'],
    [12345678, 'a number'],
    [true, 'a boolean'],
    [undefined, 'nothing'],
    [null, 'nothing'],
    [['a'], 'a list of 1'],
  ])('do not show the secret %j but %s', (value, text) => {
    expect(shownSecret(value)).toBe(text);
  });

  it.each([
    ['SYNTAX', 'a tab', 'a tab'],
    ['MISSING', 'nothing', 'is missing'],
    ['UNKNOWN_KEY', '"nam"', 'is not a key that belongs here'],
    ['UNKNOWN_REFERENCE', '"x"', 'is "x", which is not known'],
    ['INVALID', '"x"', 'is "x"'],
    ['DUPLICATE', 'a again', 'is a again'],
  ] as const)('of kind %s say what is wrong', (kind, found, text) => {
    expect(messageOf({ kind, path: [], found, expected: '' } satisfies Finding)).toBe(text);
  });
});
