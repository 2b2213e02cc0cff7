import { describe, expect, it } from 'vitest';
import { type ClaimNames, PLATFORM_CLAIMS, principalOf } from './claims.ts';
import { FUNCTION_PRODUCT_NAMES, FUNCTIONS, isPlatformFunction } from './functions.ts';
import { isPersonOfInstitution } from './principal.ts';

const external: ClaimNames = {
  role: 'organization.role',
  tenant: 'organization.fiscal_code',
  fiscalCode: 'fiscal_number',
  name: 'https://idp.example/name',
  functions: 'scp',
  roles: { 'admin-psp': 'PSP', admin: 'EC' },
  defaultRole: 'CITIZEN',
};
const base = { sub: 's', exp: 10 };

describe('claims of the platform', () => {
  it('become the caller; unknown functions are left out', () => {
    const payload = { ...base, role: 'EC', tenant: '77777777777', fiscal_code: 'RSSMRA80A01H501U', functions: ['IBANS', 'TELEPORT'] };
    const principal = principalOf(payload, PLATFORM_CLAIMS);
    expect(principal).toEqual({
      subject: 's',
      role: 'EC',
      tenant: '77777777777',
      fiscalCode: 'RSSMRA80A01H501U',
      functions: ['IBANS'],
      expiresAt: 10_000,
    });
    expect(isPersonOfInstitution(principal)).toBe(true);
    expect(isPersonOfInstitution(principalOf({ ...base, role: 'EC', tenant: '7' }, PLATFORM_CLAIMS))).toBe(false);
    expect(isPersonOfInstitution(principalOf({ ...base, role: 'CITIZEN', fiscal_code: 'RSSMRA80A01H501U' }, PLATFORM_CLAIMS))).toBe(false);
  });

  it.each([
    ['no role', { ...base }, 'role'],
    ['an unknown role', { ...base, role: 'KING' }, 'role'],
    ['an institution’s role without the institution', { ...base, role: 'PSP' }, 'tenant'],
    ['a citizen without a tax code', { ...base, role: 'CITIZEN' }, 'fiscalCode'],
    ['no end', { sub: 's', role: 'OPERATOR' }, 'exp'],
  ])('are refused with %s, naming the claim', (_name, payload, claim) => {
    expect(() => principalOf(payload, PLATFORM_CLAIMS)).toThrow(claim);
  });
});

describe('claims of an external issuer', () => {
  it('are found by their names and paths, its roles translated', () => {
    const payload = {
      ...base,
      organization: { role: ['unknown', 'admin-psp'], fiscal_code: '60000000001' },
      fiscal_number: 'TINIT-RSSMRA80A01H501U',
      'https://idp.example/name': 'Mario',
      scp: 'CHANNELS AUDIT openid',
    };
    expect(principalOf(payload, external)).toEqual({
      subject: 's',
      role: 'PSP',
      tenant: '60000000001',
      fiscalCode: 'RSSMRA80A01H501U',
      name: 'Mario',
      functions: ['CHANNELS', 'AUDIT'],
      expiresAt: 10_000,
    });
  });

  it('without a role are those of the default role', () => {
    expect(principalOf({ ...base, fiscal_number: 'RSSMRA80A01H501U', organization: 'none' }, external).role).toBe('CITIZEN');
  });

  it('do not reach what objects inherit', () => {
    expect(() => principalOf({ ...base, x: {} }, { ...PLATFORM_CLAIMS, role: 'x.constructor.name' })).toThrow('role');
    expect(() => principalOf({ ...base, role: 'constructor' }, { ...PLATFORM_CLAIMS, roles: {} })).toThrow('role');
  });
});

describe('functions', () => {
  it('are known by name, each of one product', () => {
    expect([isPlatformFunction('IBANS'), isPlatformFunction('toString')]).toEqual([true, false]);
    expect(FUNCTION_PRODUCT_NAMES).toEqual(['BACK_OFFICE', 'POSITIONS', 'PAYMENTS', 'RECEIPTS', 'REPORTING', 'QUALITY']);
    expect(new Set(FUNCTIONS).size).toBe(FUNCTIONS.length);
  });
});
