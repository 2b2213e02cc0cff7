import { describe, expect, it } from 'vitest';
import { pathText } from '../finding.ts';
import { readYaml } from './yaml-source.ts';

const issuesOf = (text: string): string[] =>
  readYaml(text).issues.map(({ line, kind, path, found }) => `${line} ${kind} ${pathText(path)}: ${found}`);

describe('a YAML text', () => {
  it('becomes plain values', () => {
    expect(readYaml('a: [1, "1", true, null, ~, x]\nb: { c: -1.5 }\nd:\n').value).toEqual({
      a: [1, '1', true, null, null, 'x'],
      b: { c: -1.5 },
      d: null,
    });
    expect(readYaml('').value).toBeNull();
    expect(readYaml('{"json": [0]}').value).toEqual({ json: [0] });
  });

  it('keeps numbers as they were written when reading would change them', () => {
    const text = 'a: 00000123456\nb: 1e3\nc: 0x10\nd: 123456789012345678901234567890\ne: 1.50\nf: 66666666666';
    expect(readYaml(text).value).toEqual({
      a: '00000123456',
      b: '1e3',
      c: '0x10',
      d: '123456789012345678901234567890',
      e: '1.50',
      f: 66666666666,
    });
  });

  it('is read by one schema, whatever version it names', () => {
    expect(readYaml('%YAML 1.1\n---\na: [2027-01-01, yes, 010, 1_000]').value).toEqual({ a: ['2027-01-01', 'yes', '010', '1_000'] });
  });

  it('does not reach into prototypes', () => {
    const { value } = readYaml('__proto__: { polluted: true }');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('has a line for every place', () => {
    const { lineOf } = readYaml('# comment\nstations:\n  - { code: a,\n      name: b }\n  - code: c\n    name:\n      - d\n');
    expect(lineOf(['stations'])).toBe(2);
    expect(lineOf(['stations', 0])).toBe(3);
    expect(lineOf(['stations', 0, 'name'])).toBe(4);
    expect(lineOf(['stations', 0, 'absent'])).toBe(3);
    expect(lineOf(['stations', 1])).toBe(5);
    expect(lineOf(['stations', 1, 'name'])).toBe(6);
    expect(lineOf(['stations', 1, 'name', 0])).toBe(7);
    expect(lineOf(['stations', 1, 'code', 'below'])).toBe(5);
    expect(lineOf(['stations', 9])).toBe(2);
    expect(lineOf(['stations', 'not an index'])).toBe(2);
    expect(lineOf(['absent'])).toBe(2);
    expect(readYaml('').lineOf(['absent'])).toBe(1);
    expect(readYaml('- [a]\n- \n').lineOf([1])).toBe(2);
  });

  it.each([
    ['a: [1,\nb: 2', [expect.stringMatching(/^2 SYNTAX : Flow sequence/)]],
    ['a: 1\n\tb: 2', [expect.stringContaining('SYNTAX')]],
    ['a: 1\n---\nb: 2', [expect.stringMatching(/^2 SYNTAX : Source contains multiple documents/)]],
    ['a: 1\nb: 2\na: 3', ['3 DUPLICATE a: the key "a" again']],
    ['a: &x 1\nb: *x', ['2 SYNTAX b: the alias *x']],
    ['a:\n  - !!binary aGVsbG8=', [expect.stringMatching(/^2 SYNTAX : Unresolved tag/)]],
    ['a: !!set { b, c }', [expect.stringMatching(/^1 SYNTAX : Unresolved tag/)]],
    ['%YAML 1.1\n---\na: !!omap [b: 1]', [expect.stringMatching(/^3 SYNTAX : Unresolved tag/)]],
    ['a: !odd x', [expect.stringMatching(/^1 SYNTAX : Unresolved tag/)]],
    ['? [a]\n: 1', [expect.stringMatching(/^1 SYNTAX : With stringKeys/)]],
  ])('%j is refused', (text, expected) => {
    expect(issuesOf(text)).toEqual(expect.arrayContaining(expected));
  });

  it('does not follow a place deeper than any of a directory file, nor fall over', () => {
    expect(issuesOf('['.repeat(10) + ']'.repeat(10))).toEqual([expect.stringContaining('a place so deep')]);
    expect(issuesOf('['.repeat(20_000))[0]).toContain('SYNTAX');
  });

  it('does not blow up on aliases', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ];
    expect(issuesOf(bomb.join('\n'))).toHaveLength(72);
  });
});
