import { FUNCTIONS, type PlatformFunction } from '@nodo-aperto/kernel/auth';
import { describe, expect, it } from 'vitest';
import { addressOf, INSTITUTION_KINDS, type InstitutionKind, isInstitutionRole, kindsOf } from './institution.ts';
import { allowance, HOLDER_ROLES, institutionHas, KINDS_WITH_FUNCTION, matrix, PARTY_ROLES } from './matrix.ts';
import { delegatedPermission, DELEGABLE_FUNCTIONS, isDelegable, type PartnerDelegation } from './partner-delegation.ts';
import { type FunctionGrant, type Holder, permissionFor, permissionsOf } from './permission.ts';

const user = (
  role: (typeof PARTY_ROLES)[number],
  kinds: readonly InstitutionKind[],
  ...granted: PlatformFunction[]
): Extract<Holder, { as: 'USER' }> => ({
  as: 'USER',
  kinds,
  role,
  grants: granted.map((each): FunctionGrant => ({ function: each, grantedBy: 'the manager', grantedAt: 5 })),
});
const functionsOf = (holder: Holder) => permissionsOf(holder).map((permission) => permission.function);

describe('kinds of institutions', () => {
  it.each([
    ['EC', false, false, ['EC_INDIRECT']],
    ['EC', true, false, ['EC_DIRECT']],
    ['PSP', false, false, ['PSP_INDIRECT']],
    ['PSP', true, true, ['PSP_DIRECT']],
    ['PARTNER', false, false, []],
    ['PARTNER', true, false, ['PT_EC']],
    ['PARTNER', false, true, ['PT_PSP']],
    ['PARTNER', true, true, ['PT_EC', 'PT_PSP']],
  ] as const)('%s, broker of creditors %s, of PSPs %s: %j', (role, creditorBroker, pspBroker, kinds) => {
    expect(kindsOf(role, { creditorBroker, pspBroker })).toEqual(kinds);
  });

  it('are addressed as callers are', () => {
    expect(addressOf({ role: 'EC', code: '1' })).toBe('EC:1');
    expect(addressOf({ role: 'PARTNER', code: '1' })).toBe('BROKER:1');
    expect([isInstitutionRole('PSP'), isInstitutionRole('CITIZEN')]).toEqual([true, false]);
  });
});

describe('the matrix', () => {
  // The table of domain facts, Onboarding section 5.4, row by row.
  it.each<[PlatformFunction, readonly InstitutionKind[]]>([
    ['REGISTRATION', INSTITUTION_KINDS],
    ['OVERVIEW', INSTITUTION_KINDS],
    ['CREDENTIALS', ['EC_DIRECT', 'PSP_DIRECT', 'PT_EC', 'PT_PSP']],
    ['STATIONS', ['EC_DIRECT', 'PT_EC']],
    ['CHANNELS', ['PSP_DIRECT', 'PT_PSP']],
    ['IBANS', ['EC_DIRECT', 'EC_INDIRECT']],
    ['EXPORTS', ['EC_DIRECT', 'PT_EC']],
  ])('%s is for %j', (wanted, kinds) => {
    expect(INSTITUTION_KINDS.filter((kind) => institutionHas([kind], wanted))).toEqual(kinds);
  });

  it('has one cell for each function and role, and gives managers everything', () => {
    expect(matrix()).toHaveLength(FUNCTIONS.length * HOLDER_ROLES.length);
    for (const each of FUNCTIONS) expect(allowance('MANAGER', each)).toBe('ALWAYS');
    expect(matrix()).toContainEqual({ function: 'IBANS', role: 'OPERATOR', allowance: 'ON_GRANT', kinds: KINDS_WITH_FUNCTION.IBANS });
  });

  it('gives nobody more than those above them', () => {
    const worth = { ALWAYS: 2, ON_GRANT: 1, NEVER: 0 };
    for (const each of FUNCTIONS) {
      expect(worth[allowance('DELEGATE', each)], each).toBeGreaterThanOrEqual(worth[allowance('SUB_DELEGATE', each)]);
    }
    expect([allowance('SUB_DELEGATE', 'CONTRACTS'), allowance('OPERATOR', 'REGISTRATION')]).toEqual(['NEVER', 'NEVER']);
    expect([allowance('SYSTEM', 'USERS'), allowance('SYSTEM', 'CREDENTIALS')]).toEqual(['NEVER', 'NEVER']);
  });

  it('leaves to institutions of no kind what is of all kinds', () => {
    expect(FUNCTIONS.filter((each) => institutionHas([], each))).toEqual(
      FUNCTIONS.filter((each) => KINDS_WITH_FUNCTION[each].length === INSTITUTION_KINDS.length),
    );
  });
});

describe('permissions', () => {
  it('of the platform’s operators are all', () => {
    expect(functionsOf({ as: 'PLATFORM' })).toEqual(FUNCTIONS);
    expect(permissionFor({ as: 'PLATFORM' }, 'AUDIT')).toEqual({
      product: 'BACK_OFFICE',
      function: 'AUDIT',
      source: 'PLATFORM',
      grantedBy: 'PLATFORM',
    });
  });

  it('of software are those of the matrix, within what its token is for', () => {
    const kinds = ['PSP_DIRECT'] as const;
    expect(permissionFor({ as: 'SYSTEM', kinds }, 'CHANNELS')).toMatchObject({ source: 'SYSTEM', grantedBy: 'SYSTEM' });
    expect(permissionFor({ as: 'SYSTEM', kinds }, 'STATIONS')).toBeUndefined();
    expect(permissionFor({ as: 'SYSTEM', kinds }, 'USERS')).toBeUndefined();
    expect(functionsOf({ as: 'SYSTEM', kinds, limitedTo: ['CHANNELS', 'USERS', 'unknown'] })).toEqual(['CHANNELS']);
  });

  it('of users come with the role or were granted, and say by whom', () => {
    const operator = user('OPERATOR', ['EC_DIRECT'], 'IBANS', 'USERS', 'CHANNELS', 'STATIONS');
    expect(permissionFor(operator, 'STATIONS')).toMatchObject({ source: 'ROLE', grantedBy: 'OPERATOR' });
    expect(permissionFor(operator, 'IBANS')).toEqual({
      product: 'BACK_OFFICE',
      function: 'IBANS',
      source: 'GRANT',
      grantedBy: 'the manager',
      grantedAt: 5,
    });
    // A grant that the matrix does not allow gives nothing: neither for the role nor for the kind of institution.
    expect(permissionFor(operator, 'USERS')).toBeUndefined();
    expect(permissionFor(operator, 'CHANNELS')).toBeUndefined();
    expect(permissionFor(operator, 'AUDIT')).toBeUndefined();
    expect(permissionFor({ ...operator, limitedTo: ['AUDIT'] }, 'IBANS')).toBeUndefined();
  });

  it('never exceed the institution’s own, for any role, kind and grant', () => {
    for (const role of PARTY_ROLES)
      for (const kind of INSTITUTION_KINDS)
        for (const each of functionsOf(user(role, [kind], ...FUNCTIONS))) expect(institutionHas([kind], each)).toBe(true);
  });
});

describe('delegation to partners', () => {
  const delegation: PartnerDelegation = { creditor: '1', functions: ['STATIONS', 'IBANS', 'USERS'], grantedBy: 'creditor', grantedAt: 9 };
  const partner = user('MANAGER', ['PT_EC']);

  it('gives what is delegated and what the caller may do at the partner', () => {
    expect(delegatedPermission(partner, delegation, 'STATIONS')).toEqual({
      product: 'BACK_OFFICE',
      function: 'STATIONS',
      source: 'DELEGATION',
      grantedBy: 'creditor',
      grantedAt: 9,
    });
    expect(delegatedPermission(partner, delegation, 'MAINTENANCE')).toBeUndefined();
    expect(delegatedPermission(user('SUB_DELEGATE', ['PT_EC']), delegation, 'STATIONS')).toBeUndefined();
  });

  it('covers accounts, which partners have not themselves', () => {
    expect(permissionFor(partner, 'IBANS')).toBeUndefined();
    expect(delegatedPermission(partner, delegation, 'IBANS')).toMatchObject({ source: 'DELEGATION' });
    expect(delegatedPermission(user('OPERATOR', ['PT_EC']), delegation, 'IBANS')).toBeUndefined();
    expect(delegatedPermission({ as: 'SYSTEM', kinds: ['PT_EC'] }, delegation, 'IBANS')).toMatchObject({ source: 'DELEGATION' });
  });

  it('never covers people, contracts and keys, nor is it for operators of the platform', () => {
    expect(delegatedPermission(partner, delegation, 'USERS')).toBeUndefined();
    expect(delegatedPermission({ as: 'PLATFORM' }, delegation, 'STATIONS')).toBeUndefined();
    expect(FUNCTIONS.filter(isDelegable)).toEqual([...DELEGABLE_FUNCTIONS].toSorted((a, b) => FUNCTIONS.indexOf(a) - FUNCTIONS.indexOf(b)));
    for (const each of ['USERS', 'CONTRACTS', 'CREDENTIALS', 'DELEGATIONS'] as const) expect(isDelegable(each)).toBe(false);
  });
});
