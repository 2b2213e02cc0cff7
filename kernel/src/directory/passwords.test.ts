import { describe, expect, it } from 'vitest';
import { isPasswordDigest, passwordDigest, passwordMatches } from './passwords.ts';

describe('passwords of stations and channels', () => {
  const code = '60000000001_01';
  const held = passwordDigest(code, 'pwdpwdpwd');

  it('are kept as digests that do not contain them', () => {
    expect(isPasswordDigest(held)).toBe(true);
    expect(isPasswordDigest('pwdpwdpwd')).toBe(false);
    expect(passwordDigest(code, 'pwdpwdpwd')).toBe(held);
  });

  it('do not look equal for two objects', () => {
    expect(passwordDigest('60000000001_02', 'pwdpwdpwd')).not.toBe(held);
  });

  it.each([
    ['pwdpwdpwd', true],
    ['pwdpwdpwe', false],
    ['', false],
    [held, false],
  ])('are compared: %s → %s', (given, expected) => {
    expect(passwordMatches({ code, password: held }, given)).toBe(expected);
  });

  it('are compared as they are where an entry holds no digest', () => {
    expect(passwordMatches({ code, password: 'pwdpwdpwd' }, 'pwdpwdpwd')).toBe(true);
    expect(passwordMatches({ code, password: 'pwdpwdpwd' }, 'pwdpwdpw')).toBe(false);
  });
});
