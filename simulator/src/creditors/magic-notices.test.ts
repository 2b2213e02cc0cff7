import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasValidCheckDigits, isNoticeNumber } from '@nodo-aperto/kernel/identifiers';
import { isMagicNotice, MAGIC_NOTICES, magicAmount, magicFaultOf, magicNoticeNumber } from './magic-notices.ts';
import { checkFault } from './station-fault.ts';

describe('the notices of the test data', () => {
  it.each(MAGIC_NOTICES)('of kind $digits: $shows', ({ digits, fault }) => {
    const number = magicNoticeNumber({ segregationCode: '04', digits, serial: 12, amount: 4_321 });
    expect(isNoticeNumber(number) && hasValidCheckDigits(number)).toBe(true);
    expect([isMagicNotice(number, '04'), isMagicNotice(number, '05')]).toEqual([true, false]);
    expect(magicFaultOf(number)).toEqual(fault);
    expect(magicAmount(number)).toBe(4_321);
    if (fault) expect(() => checkFault(fault)).not.toThrow();
  });

  it('are told from all others', () => {
    for (const number of ['302000000000009966', '304989900000010000', '304999900000010000', undefined])
      expect(magicFaultOf(number)).toBeUndefined();
    expect(isMagicNotice('304999900000010000', '04')).toBe(false);
  });

  it('are all on the page about them, and the page has no others', () => {
    const page = readFileSync(new URL('../../../docs/test-data.md', import.meta.url), 'utf8');
    const kinds = page.slice(page.indexOf('## The kinds'));
    expect([...kinds.matchAll(/^\| `(\d\d)` \|/gm)].map(([, digits]) => digits)).toEqual(MAGIC_NOTICES.map(({ digits }) => digits));
  });
});
