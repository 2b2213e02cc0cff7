import type { CreditorInstitution } from '@nodo-aperto/kernel/directory';
import { describe, expect, it } from 'vitest';
import { type AccountCircumstances, type AccountRequest, carryOut, decideAccounts } from './plan-changes.ts';

const ONE = 'IT60X0542811101000000123456';
const TWO = 'GB82WEST12345698765432';
const NEW = 'DE89370400440532013000';
const TODAY = '2026-11-23';

const creditor = (...ibans: CreditorInstitution['ibans']): CreditorInstitution => ({
  fiscalCode: '77777777777',
  name: 'Comune',
  enabled: true,
  ibans,
});
const account = (iban: string) => ({ iban, postal: false });
const both = creditor({ ...account(ONE), labels: ['ACA'] }, { ...account(TWO), description: 'Mense' });

function decideOne(of: CreditorInstitution, request: AccountRequest, rest: Partial<AccountCircumstances> = {}) {
  const { creditor: after, decisions } = decideAccounts(of, [request], { today: TODAY, operator: false, pending: new Set(), ...rest });
  const [decision] = decisions;
  const issue = decision?.issues[0];
  return { after, decision, refused: issue && `${issue.path} ${issue.message}` };
}

describe('a new account', () => {
  it('holds at once when it is the first', () => {
    const { after, decision } = decideOne(creditor(), { action: 'CREATE', iban: ONE, labels: ['ACA'] });
    expect(decision).toEqual({ iban: ONE, outcome: 'APPLIED', issues: [] });
    expect(after.ibans).toEqual([{ iban: ONE, postal: false, labels: ['ACA'], validFrom: TODAY }]);
  });

  it('waits a week otherwise, or until its first day', () => {
    const soon = decideOne(both, { action: 'CREATE', iban: NEW, description: 'Tributi' });
    expect(soon.after).toBe(both);
    expect(soon.decision?.planned).toEqual({
      kind: 'CREATE',
      iban: NEW,
      effectiveOn: '2026-11-30',
      account: { iban: NEW, postal: false, description: 'Tributi', validFrom: '2026-11-30' },
    });
    const later = decideOne(both, { action: 'CREATE', iban: NEW, validFrom: '2027-01-01', validUntil: '2027-12-31' });
    expect(later.decision?.planned).toMatchObject({ effectiveOn: '2027-01-01', account: { validUntil: '2027-12-31' } });
  });

  it('by operators may hold at once', () => {
    expect(decideOne(both, { action: 'CREATE', iban: NEW, postal: true }, { operator: true }).decision?.outcome).toBe('APPLIED');
  });

  it.each<[string, AccountRequest, Partial<AccountCircumstances>]>([
    ['items[0].iban is an account of the creditor already', { action: 'CREATE', iban: ONE }, {}],
    ['items[0].iban has a pending change', { action: 'CREATE', iban: NEW }, { pending: new Set([NEW]) }],
    ['items[0].iban is not valid', { action: 'CREATE', iban: 'IT00' }, {}],
    ['items[0].labels[0] is not valid', { action: 'CREATE', iban: NEW, labels: ['a b'] }, {}],
    ['items[0].validFrom is not valid', { action: 'CREATE', iban: NEW, validFrom: '2026-02-30' }, {}],
    ['items[0].validFrom is too early', { action: 'CREATE', iban: NEW, validFrom: '2026-11-29' }, {}],
    ['items[0].validUntil is before the first day', { action: 'CREATE', iban: NEW, validUntil: '2026-11-29' }, {}],
    [
      'items[0].iban is one too many',
      { action: 'CREATE', iban: NEW },
      { pending: new Set(Array.from({ length: 98 }, (_, index) => `IBAN${index}`)) },
    ],
  ])('is refused: %s', (refused, request, rest) => {
    const result = decideOne(both, request, rest);
    expect(result.refused).toBe(refused);
    expect(result.after).toBe(both);
  });

  it('is refused with what was expected, where anything else would do', () => {
    const issuesOf = (request: AccountRequest, rest: Partial<AccountCircumstances> = {}) => decideOne(both, request, rest).decision?.issues;
    expect(issuesOf({ action: 'CREATE', iban: NEW, validFrom: '2026-11-29' })).toEqual([
      { path: 'items[0].validFrom', message: 'is too early', expected: '2026-11-30 or later: accounts are announced a week ahead' },
    ]);
    expect(issuesOf({ action: 'CREATE', iban: NEW }, { pending: new Set([NEW]) })).toEqual([
      { path: 'items[0].iban', message: 'has a pending change' },
    ]);
  });

  it('may have one day only', () => {
    const request = { action: 'CREATE', iban: NEW, validFrom: '2026-12-01', validUntil: '2026-12-01' } as const;
    expect(decideOne(both, request).decision?.outcome).toBe('PLANNED');
  });
});

describe('another word on an account', () => {
  it('holds at once, and leaves what it does not name', () => {
    const { after } = decideOne(both, { action: 'UPDATE', iban: TWO, labels: ['ACA'] });
    expect(after.ibans).toEqual([account(ONE), { iban: TWO, postal: false, description: 'Mense', labels: ['ACA'] }]);
    expect(decideOne(after, { action: 'UPDATE', iban: TWO, labels: [], validUntil: '2027-01-01' }).after.ibans[1]).toEqual({
      iban: TWO,
      postal: false,
      description: 'Mense',
      validUntil: '2027-01-01',
    });
  });

  it('is refused when it is wrong, or about none of its accounts', () => {
    expect(decideOne(both, { action: 'UPDATE', iban: NEW }).refused).toBe('items[0].iban is no account of the creditor');
    expect(decideOne(both, { action: 'UPDATE', iban: ONE, description: 'x'.repeat(141) }).refused).toBe(
      'items[0].description is not valid',
    );
  });
});

describe('a deletion', () => {
  it('is for a later day', () => {
    expect(decideOne(both, { action: 'DELETE', iban: ONE, deleteOn: '2026-11-24' }).decision?.planned).toEqual({
      kind: 'DELETE',
      iban: ONE,
      effectiveOn: '2026-11-24',
    });
  });

  it.each<[string, AccountRequest, CreditorInstitution, Partial<AccountCircumstances>]>([
    ['items[0].iban is no account of the creditor', { action: 'DELETE', iban: NEW, deleteOn: '2027-01-01' }, both, {}],
    ['items[0].iban has a pending change', { action: 'DELETE', iban: ONE, deleteOn: '2027-01-01' }, both, { pending: new Set([ONE]) }],
    ['items[0].iban is the only account', { action: 'DELETE', iban: ONE, deleteOn: '2027-01-01' }, creditor(account(ONE)), {}],
    ['items[0].deleteOn is missing', { action: 'DELETE', iban: ONE }, both, {}],
    ['items[0].deleteOn is not possible', { action: 'DELETE', iban: ONE, deleteOn: TODAY }, both, {}],
    ['items[0].deleteOn is not possible', { action: 'DELETE', iban: ONE, deleteOn: 'soon' }, both, {}],
  ])('is refused: %s', (refused, request, of, rest) => {
    expect(decideOne(of, request, rest).refused).toBe(refused);
  });
});

describe('several at once', () => {
  it('are decided in order, and none holds up the others', () => {
    const { creditor: after, decisions } = decideAccounts(
      both,
      [
        { action: 'DELETE', iban: ONE, deleteOn: '2026-12-01' },
        { action: 'DELETE', iban: ONE, deleteOn: '2026-12-02' },
        { action: 'CREATE', iban: 'wrong' },
        { action: 'UPDATE', iban: TWO, description: 'Scuole' },
      ],
      { today: TODAY, operator: false, pending: new Set() },
    );
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['PLANNED', 'REFUSED', 'REFUSED', 'APPLIED']);
    expect(decisions[2]?.issues[0]?.path).toBe('items[2].iban');
    expect(after.ibans[1]?.description).toBe('Scuole');
  });
});

describe('when the day has come', () => {
  it('accounts are made and go, and what is not possible any more says why', () => {
    const { creditor: after, reasons } = carryOut(
      both,
      [
        { kind: 'CREATE', iban: NEW, effectiveOn: TODAY, account: account(NEW) },
        { kind: 'CREATE', iban: NEW, effectiveOn: TODAY, account: account(NEW) },
        { kind: 'DELETE', iban: ONE, effectiveOn: TODAY },
        { kind: 'DELETE', iban: ONE, effectiveOn: TODAY },
        { kind: 'DELETE', iban: TWO, effectiveOn: TODAY },
        { kind: 'DELETE', iban: NEW, effectiveOn: TODAY },
      ],
      TODAY,
    );
    expect(after.ibans.map(({ iban }) => iban)).toEqual([NEW]);
    expect(reasons).toEqual([
      undefined,
      'It is an account of the creditor already.',
      undefined,
      'It is no account of the creditor any more.',
      undefined,
      'It is the only account.',
    ]);
  });

  it('no account is made beyond the most that a creditor has', () => {
    const full = creditor(...Array.from({ length: 100 }, (_, index) => account(`IBAN${index}`)));
    expect(carryOut(full, [{ kind: 'CREATE', iban: NEW, effectiveOn: TODAY, account: account(NEW) }], TODAY).reasons).toEqual([
      'The creditor has 100 accounts.',
    ]);
  });

  it('accounts whose last day is past go, but never the only one', () => {
    const ended = (iban: string) => ({ ...account(iban), validUntil: '2026-11-22' });
    expect(carryOut(creditor(ended(ONE), ended(TWO)), [], TODAY).creditor.ibans.map(({ iban }) => iban)).toEqual([TWO]);
  });
});
