import { describe, expect, it } from 'vitest';
import { accountWarnings } from './account-warnings.ts';
import { debtorCodeWarnings } from './debtor-code-warnings.ts';
import { unroutedNoticeWarnings } from './unrouted-notice-warnings.ts';

describe('debtorCodeWarnings', () => {
  it.each(['RSSMRA80A01H501U', '12345678901', 'ANONIMO'])('is silent about %s', (code) => {
    expect(debtorCodeWarnings(code, 'debtor')).toEqual([]);
  });

  it.each(['RSSMRA80A01H501', '1234567890', 'X1', 'RSSMRA80A01H501-'])('names %s', (code) => {
    expect(debtorCodeWarnings(code, 'debtor')).toEqual([
      {
        path: 'debtor',
        message: 'has not the shape of a fiscal code',
        expected: '16 letters and digits, 11 digits, or ANONIMO for who has none',
      },
    ]);
  });
});

describe('accountWarnings', () => {
  it('is silent about an IBAN with right check digits, and about none', () => {
    expect(accountWarnings('IT60X0542811101000000123456', 'iban')).toEqual([]);
    expect(accountWarnings(undefined, 'iban')).toEqual([]);
  });

  it('names one with wrong check digits', () => {
    expect(accountWarnings('IT60X0542811101000000123457', 'iban')).toMatchObject([
      { path: 'iban', message: expect.stringContaining('check digits are wrong'), expected: 'an IBAN with right check digits' },
    ]);
  });
});

describe('unroutedNoticeWarnings', () => {
  const three = { auxDigit: 3, segregationCode: '02' };

  it('is silent about a number that a route takes', () => {
    expect(unroutedNoticeWarnings('302000000000001000', [three], 'nav')).toEqual([]);
    expect(unroutedNoticeWarnings('001123456789012313', [three, { auxDigit: 0, applicationCode: '01' }], 'nav')).toEqual([]);
  });

  it('says how the numbers begin that can be paid', () => {
    expect(unroutedNoticeWarnings('305000000000001000', [three, three, { auxDigit: 2 }], 'nav')).toEqual([
      { path: 'nav', message: 'leads to no station of the creditor: it cannot be paid', expected: 'a number that begins with 302 or 2' },
    ]);
    expect(unroutedNoticeWarnings('305000000000001000', [], 'nav')).toMatchObject([{ expected: 'a creditor that has a route' }]);
  });
});
