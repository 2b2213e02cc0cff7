import { describe, expect, it } from 'vitest';
import { type Principal, withheldCreditors } from '../auth/index.ts';
import type { DirectoryEntry } from './directory.ts';
import { mayActFor, withDelegations } from './partner-scope.ts';

const PARTNER = '66666666666';
const delegation = (creditorInstitution: string, functions: string[]): DirectoryEntry<'delegation'> => ({
  kind: 'delegation',
  code: `${creditorInstitution}/${PARTNER}`,
  revision: 1,
  validFrom: 0,
  data: { creditorInstitution, partner: PARTNER, functions },
});
const DELEGATIONS = [
  delegation('11111111111', ['POSITIONS_READ']),
  delegation('22222222222', ['POSITIONS_READ', 'POSITIONS_WRITE']),
  delegation('33333333333', []),
  delegation(PARTNER, []),
];
const directory = {
  entry: async (_kind: string, code: string) => DELEGATIONS.find((each) => each.code === code),
  children: async (_kind: string, parent: string) => (parent === PARTNER ? [...DELEGATIONS] : []),
} as never;
const caller = (role: Principal['role'], tenant?: string): Principal => ({ subject: 's', role, expiresAt: 0, ...(tenant && { tenant }) });

describe('what a partner may do for a creditor', () => {
  it.each([
    ['what was delegated', '11111111111', 'POSITIONS_READ', true],
    ['what was not', '11111111111', 'POSITIONS_WRITE', false],
    ['nothing after it was revoked', '33333333333', 'POSITIONS_READ', false],
    ['everything its routes lead to where nothing was ever delegated', '44444444444', 'POSITIONS_WRITE', true],
    ['everything that is its own', PARTNER, 'POSITIONS_WRITE', true],
  ] as const)('is %s', async (_name, creditor, wanted, expected) => {
    await expect(mayActFor(directory, PARTNER, creditor, wanted)).resolves.toBe(expected);
  });

  it('leaves out the creditors that withhold it, as they stand when it is looked up', async () => {
    const scoped = await withDelegations(directory, caller('PARTNER', PARTNER));
    expect(withheldCreditors(scoped, 'POSITIONS_WRITE')).toEqual(['11111111111', '33333333333']);
    expect(withheldCreditors(scoped, 'POSITIONS_READ')).toEqual(['33333333333']);
    DELEGATIONS[0] = delegation('11111111111', []);
    expect(withheldCreditors(scoped, 'POSITIONS_READ')).toEqual(['33333333333']);
    await scoped?.delegations?.refresh();
    expect(withheldCreditors(scoped, 'POSITIONS_READ')).toEqual(['11111111111', '33333333333']);
  });

  it('holds nobody else back', async () => {
    for (const other of [undefined, caller('PARTNER'), caller('EC', PARTNER), caller('OPERATOR')]) {
      const scoped = await withDelegations(directory, other);
      expect(scoped).toBe(other);
      expect(withheldCreditors(scoped, 'POSITIONS_WRITE')).toEqual([]);
    }
    expect(withheldCreditors(await withDelegations(undefined, caller('PARTNER', PARTNER)), 'POSITIONS_WRITE')).toEqual([]);
  });
});
