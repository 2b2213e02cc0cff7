/** Small rules about what may be asked and what is told. */
import { describe, expect, it } from 'vitest';
import { versionTooOld } from './activation-version.ts';
import { faultTold } from './extended-fault.ts';
import { noticeGone } from './notice-status.ts';
import { tooManyRequests } from './request-limit.ts';
import { isText, unless } from './syntax.ts';
import { charactersOf, shortened } from './text.ts';

describe('the extended fault bean (§2.3)', () => {
  const fault = { code: 'PPT_ERRORE_EMESSO_DA_PAA', id: '66666666666', original: { code: 'PAA_PAGAMENTO_SCADUTO' } };

  it('is for PSPs whose broker has it', () => {
    expect(faultTold(fault, { extendedFaultBean: true })).toBe(fault);
    expect(faultTold(fault, { extendedFaultBean: false })).toEqual({ code: 'PPT_ERRORE_EMESSO_DA_PAA', id: '66666666666' });
    expect(faultTold(fault, undefined)).toEqual({ code: 'PPT_ERRORE_EMESSO_DA_PAA', id: '66666666666' });
  });

  it('leaves a fault of the node as it is', () => {
    const own: { code: string; original?: object } = { code: 'PPT_TOKEN_SCADUTO' };
    expect(faultTold(own, undefined)).toBe(own);
  });
});

describe('version 1 of an activation', () => {
  it('has no place for a transfer without an IBAN', () => {
    expect(versionTooOld(1, [{ iban: 'IT' }, {}])?.code).toBe('PPT_SEMANTICA');
    expect(versionTooOld(1, [{ iban: 'IT' }])).toBeUndefined();
    expect(versionTooOld(2, [{}])).toBeUndefined();
  });
});

it('a notice that is gone, and a PSP that asks too much, have their faults', () => {
  expect(noticeGone(true)).toBeUndefined();
  expect(noticeGone(false)?.code).toBe('PPT_PAGAMENTO_SCONOSCIUTO');
  expect(tooManyRequests().code).toBe('PPT_SUPERAMENTOSOGLIA');
});

describe('texts are counted in characters (§1.4)', () => {
  const smile = '\u{1F600}';

  it('whatever their units', () => {
    expect(charactersOf('abc', 10)).toBe(3);
    expect(charactersOf(smile.repeat(3), 10)).toBe(3);
    expect(charactersOf('x'.repeat(100), 10)).toBe(100);
    expect([isText('', 1, 2), isText('a', 1, 2), isText(smile.repeat(2), 1, 2), isText('abc', 1, 2)]).toEqual([false, true, true, false]);
  });

  it('and cut between them', () => {
    expect(shortened('abc', 3)).toBe('abc');
    expect(shortened('abcd', 3)).toBe('abc');
    expect(shortened(`ab${smile}${smile}`, 3)).toBe(`ab${smile}`);
    expect(shortened(smile.repeat(3), 3)).toBe(smile.repeat(3));
  });

  it('a field is named with what was expected of it', () => {
    expect(unless(true, 'a', 'b')).toBeUndefined();
    expect(unless(false, 'amount', 'ten')).toMatchObject({ code: 'PPT_SINTASSI_EXTRAXSD', description: 'amount: expected ten.' });
  });
});
