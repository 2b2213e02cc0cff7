import { describe, expect, it } from 'vitest';
import { PARTY_ROLES } from '../permissions/matrix.ts';
import type { Holder } from '../permissions/permission.ts';
import { decidesOver, grantIssues } from './appointment.ts';
import { leavesNoManager, mayBecome, USER_STATES } from './user-state.ts';

const holder = (role: (typeof PARTY_ROLES)[number]): Holder => ({ as: 'USER', kinds: ['EC_DIRECT'], role, grants: [] });

describe('states of a user', () => {
  it.each([
    ['ACTIVE', ['SUSPENDED', 'REMOVED']],
    ['SUSPENDED', ['ACTIVE', 'REMOVED']],
    ['REMOVED', []],
  ] as const)('%s may become %j', (state, next) => {
    expect(USER_STATES.filter((each) => mayBecome(state, each))).toEqual(next);
  });

  it('an institution keeps an active manager', () => {
    const manager = { role: 'MANAGER', state: 'ACTIVE' } as const;
    expect(leavesNoManager(manager, 'REMOVED', 1)).toBe(true);
    expect(leavesNoManager(manager, 'SUSPENDED', 2)).toBe(false);
    expect(leavesNoManager({ ...manager, state: 'SUSPENDED' }, 'REMOVED', 1)).toBe(false);
    expect(leavesNoManager({ ...manager, state: 'SUSPENDED' }, 'ACTIVE', 0)).toBe(false);
    expect(leavesNoManager({ role: 'OPERATOR', state: 'ACTIVE' }, 'REMOVED', 1)).toBe(false);
    expect(leavesNoManager(manager, 'ACTIVE', 1)).toBe(false);
  });
});

describe('who decides over whom', () => {
  it.each([
    ['MANAGER', ['MANAGER', 'DELEGATE', 'SUB_DELEGATE', 'OPERATOR']],
    ['DELEGATE', ['SUB_DELEGATE', 'OPERATOR']],
    ['SUB_DELEGATE', ['OPERATOR']],
    ['OPERATOR', []],
  ] as const)('%s over %j', (role, over) => {
    expect(PARTY_ROLES.filter((each) => decidesOver(holder(role), each))).toEqual(over);
  });

  it('operators of the platform over all, software over nobody', () => {
    expect(PARTY_ROLES.every((each) => decidesOver({ as: 'PLATFORM' }, each))).toBe(true);
    expect(PARTY_ROLES.some((each) => decidesOver({ as: 'SYSTEM', kinds: ['EC_DIRECT'] }, each))).toBe(false);
  });
});

describe('what can be given', () => {
  it('is what the role may be given and the giver has', () => {
    expect(grantIssues(holder('MANAGER'), 'OPERATOR', ['IBANS', 'AUDIT'])).toEqual([]);
    expect(grantIssues(holder('MANAGER'), 'OPERATOR', ['STATIONS', 'CONTRACTS', 'POSITIONS_READ'])).toEqual([
      { function: 'STATIONS', expected: 'a function that does not come with the role OPERATOR anyway' },
      { function: 'CONTRACTS', expected: 'a function that a user of role OPERATOR may be given' },
    ]);
    expect(grantIssues(holder('DELEGATE'), 'DELEGATE', ['CONTRACTS'])).toEqual([
      { function: 'CONTRACTS', expected: 'a function that you have yourself' },
    ]);
  });
});
