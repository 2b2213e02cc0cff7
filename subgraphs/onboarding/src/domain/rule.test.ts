import { accepted, refused } from '@nodo-aperto/kernel/faults';
import { describe, expect, it } from 'vitest';
import { type Finding, pathText } from './finding.ts';
import { isMap, listOf, mapOf, optional, partOf, required, type Rule, scalar, withDefault } from './rule.ts';

const word = scalar((value) => (typeof value === 'string' ? accepted(value) : refused('a word')));
const secret = scalar((value) => (value === 'right' ? accepted(value) : refused('the right one')), { secret: true });
interface Thing {
  name: string;
  colour: string;
  tags?: string[] | undefined;
}
const thing = mapOf<Thing>('a thing', {
  name: required(word),
  colour: withDefault(word, 'red'),
  tags: optional(listOf(word, { what: 'tags', most: 2 })),
});

/** The value that a rule reads, and what it reports. */
function read<T>(rule: Rule<T>, value: unknown): { value: T | undefined; findings: string[] } {
  const findings: Finding[] = [];
  const result = rule(value, ['here'], (finding) => findings.push(finding));
  return {
    value: result,
    findings: findings.map(({ kind, path, found, expected }) => `${kind} ${pathText(path)}: ${found} | ${expected}`),
  };
}

describe('rules', () => {
  it('give values in their canonical form', () => {
    expect(read(thing, { name: 'a' })).toEqual({ value: { name: 'a', colour: 'red' }, findings: [] });
    expect(read(thing, { name: 'a', colour: 'blue', tags: ['x'] })).toEqual({
      value: { name: 'a', colour: 'blue', tags: ['x'] },
      findings: [],
    });
    expect(read(thing, { name: 'a', colour: null, tags: null }).value).toEqual({ name: 'a', colour: 'red' });
  });

  it('make a default anew each time when it is a function', () => {
    const list = mapOf<{ tags: string[] }>('a list', { tags: withDefault(listOf(word, { what: 'tags', most: 2 }), () => []) });
    expect(read(list, {}).value?.tags).toEqual([]);
    expect(read(list, {}).value?.tags).not.toBe(read(list, {}).value?.tags);
  });

  it('report everything that is wrong, with its place', () => {
    expect(read(thing, { colour: 3, tags: ['x', 4], nmae: 'a', zzz: 1 })).toEqual({
      value: undefined,
      findings: [
        'UNKNOWN_KEY here.nmae: "nmae" | one of the keys name, colour, tags',
        'UNKNOWN_KEY here.zzz: "zzz" | one of the keys name, colour, tags',
        'MISSING here.name: nothing | a word',
        'INVALID here.colour: 3 | a word',
        'INVALID here.tags[1]: 4 | a word',
      ],
    });
    expect(read(thing, { nam: 'a', name: 'b' }).findings).toEqual(['UNKNOWN_KEY here.nam: "nam" | the key name, which is the nearest']);
  });

  it.each([[[]], ['text'], [null], [3]])('know a map from %j', (value) => {
    expect(isMap(value)).toBe(false);
    expect(read(thing, value).findings).toEqual([expect.stringContaining('| a map that describes a thing')]);
  });

  it('limit lists', () => {
    const pair = listOf(word, { what: 'words', least: 1, most: 2 });
    expect(read(pair, ['a', 'b']).value).toEqual(['a', 'b']);
    for (const value of [[], ['a', 'b', 'c'], 'a'])
      expect(read(pair, value).findings).toEqual([expect.stringContaining('| a list of 1 to 2 words')]);
    expect(read(listOf(word, { what: 'words', most: 2 }), 'a').findings).toEqual(['INVALID here: "a" | a list of at most 2 words']);
  });

  it('never show a secret', () => {
    expect(read(secret, 'right').value).toBe('right');
    expect(read(secret, 'wrong').findings).toEqual(['INVALID here: a text of 5 characters | the right one']);
  });

  it('read a part of a map', () => {
    const part = partOf<Thing>('a thing', {
      name: required(word),
      colour: required(word),
      tags: optional(listOf(word, { what: 'tags', most: 2 })),
    });
    expect(read(part, { colour: 'blue' }).value).toEqual({ colour: 'blue' });
    expect(read(part, {}).value).toEqual({});
    expect(read(part, { colour: 1, size: 2 }).findings).toHaveLength(2);
  });
});
