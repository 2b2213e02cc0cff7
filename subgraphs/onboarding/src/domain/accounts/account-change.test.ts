import type { CreditorInstitution } from '@nodo-aperto/kernel/directory';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT_CHANGE_STATES,
  earliestDeletion,
  earliestFirstDay,
  expiredAccounts,
  mayPass,
  withAccount,
  withoutAccount,
} from './account-change.ts';

const ONE = 'IT60X0542811101000000123456';
const TWO = 'IT02T0542811101000000654321';
const creditor = (...ibans: CreditorInstitution['ibans']): CreditorInstitution => ({
  fiscalCode: '77777777777',
  name: 'Comune',
  enabled: true,
  ibans,
});

describe('changes of accounts', () => {
  it('go on from PENDING only, and never back', () => {
    for (const from of ACCOUNT_CHANGE_STATES)
      for (const to of ACCOUNT_CHANGE_STATES) expect(mayPass(from, to), `${from} ${to}`).toBe(from === 'PENDING' && to !== 'PENDING');
  });

  it('are announced a week ahead, except the first one and by operators', () => {
    expect(earliestFirstDay('2026-11-23', { first: false, operator: false })).toBe('2026-11-30');
    expect(earliestFirstDay('2026-11-23', { first: true, operator: false })).toBe('2026-11-23');
    expect(earliestFirstDay('2026-11-23', { first: false, operator: true })).toBe('2026-11-23');
    expect(earliestDeletion('2026-12-31')).toBe('2027-01-01');
  });
});

describe('accounts of a creditor', () => {
  it('take the labels that they are given from the others', () => {
    const before = creditor({ iban: ONE, postal: false, labels: ['ACA', 'CUP'] });
    const after = withAccount(before, { iban: TWO, postal: true, labels: ['ACA'] });
    expect(after.ibans).toEqual([
      { iban: ONE, postal: false, labels: ['CUP'] },
      { iban: TWO, postal: true, labels: ['ACA'] },
    ]);
    expect(withAccount(after, { iban: TWO, postal: true, labels: ['ACA', 'CUP'] }).ibans).toEqual([
      { iban: ONE, postal: false },
      { iban: TWO, postal: true, labels: ['ACA', 'CUP'] },
    ]);
  });

  it('leave labels alone when none are given', () => {
    const before = creditor({ iban: ONE, postal: false, labels: ['ACA'] }, { iban: TWO, postal: false });
    expect(withAccount(before, { iban: TWO, postal: false, description: 'Mense' }).ibans).toEqual([
      { iban: ONE, postal: false, labels: ['ACA'] },
      { iban: TWO, postal: false, description: 'Mense' },
    ]);
  });

  it('can go, but not the only one', () => {
    const two = creditor({ iban: ONE, postal: false }, { iban: TWO, postal: false });
    expect(withoutAccount(two, ONE)?.ibans.map(({ iban }) => iban)).toEqual([TWO]);
    expect(withoutAccount(creditor({ iban: ONE, postal: false }), ONE)).toBeUndefined();
    expect(withoutAccount(creditor({ iban: ONE, postal: false }), TWO)).toBeUndefined();
  });

  it('end after their last day', () => {
    const account = (iban: string, validUntil?: string) => ({ iban, postal: false, ...(validUntil && { validUntil }) });
    expect(expiredAccounts(creditor(account(ONE, '2026-11-22'), account(TWO, '2026-11-23'), account('X')), '2026-11-23')).toEqual([ONE]);
  });
});
