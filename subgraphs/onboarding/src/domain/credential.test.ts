import { apiKeyHash, passwordDigest, passwordMatches } from '@nodo-aperto/kernel/directory';
import { describe, expect, it } from 'vitest';
import { keyDigest, keyRule, passwordField, withDigest, writtenKey } from './credential.ts';
import type { Rule } from './rule.ts';

function read(rule: Rule<string | undefined>, value: unknown): string | undefined {
  let expected: string | undefined;
  return rule(value, [], (finding) => (expected = `${finding.found} | ${finding.expected}`)) ?? expected;
}

describe('passwords', () => {
  const digest = passwordDigest('c_01', 'pwdpwdpwd');

  it.each([
    ['pwdpwdpwd', 'pwdpwdpwd'],
    [12345678, '12345678'],
    [digest, digest],
    ['short', 'a text of 5 characters | a password of 8 to 15 printable characters without blanks'],
    ['sixteen-letters!', 'a text of 16 characters | a password of 8 to 15 printable characters without blanks'],
    ['with a blank', 'a text of 12 characters | a password of 8 to 15 printable characters without blanks'],
    [true, 'a boolean | a password of 8 to 15 printable characters without blanks'],
  ])('%s is read as %s', (value, result) => {
    expect(read(passwordField.rule, value)).toBe(result);
  });

  it('are kept as digests', () => {
    const kept = withDigest<{ code: string; password: string }>({ code: 'c_01', password: 'pwdpwdpwd' }, undefined);
    expect(kept).toEqual({ code: 'c_01', password: digest });
    expect(passwordMatches(kept, 'pwdpwdpwd')).toBe(true);
  });

  it('stay when none is given, and when their digest is', () => {
    const known = { code: 'c_01', password: digest };
    expect(withDigest<{ code: string; password: string }>({ code: 'c_01' }, known)).toEqual(known);
    expect(withDigest<{ code: string; password: string }>({ code: 'c_01', password: digest }, undefined)).toEqual(known);
    expect(withDigest<{ code: string; password: string }>({ code: 'c_01' }, undefined)).toEqual({ code: 'c_01', password: '' });
  });
});

describe('API keys', () => {
  const hash = apiKeyHash('demo-key-ec');

  it.each([
    ['demo-key-ec', 'demo-key-ec'],
    [`sha256:${hash}`, `sha256:${hash}`],
    ['short', 'a text of 5 characters | a key of 8 to 128 printable characters without blanks'],
    ['sha256:something', 'a text of 16 characters | a key of 8 to 128 printable characters without blanks'],
    ['with a blank', 'a text of 12 characters | a key of 8 to 128 printable characters without blanks'],
    [12345678, 'a number | a key of 8 to 128 printable characters without blanks'],
  ])('%s is read as %s', (value, result) => {
    expect(read(keyRule, value)).toBe(result);
  });

  it('are kept as digests, which exports hold', () => {
    expect(keyDigest('demo-key-ec')).toBe(hash);
    expect(writtenKey(hash)).toBe(`sha256:${hash}`);
    expect(keyDigest(writtenKey(hash))).toBe(hash);
  });
});
