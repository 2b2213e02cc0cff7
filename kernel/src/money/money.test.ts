import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../faults/index.ts';
import { euroCents, formatEuro, fromDecimal, isEuroCents, MAXIMUM_EURO_CENTS, parseEuroCents, sumCents, toDecimal } from './index.ts';

const amounts = fc.integer({ min: 0, max: MAXIMUM_EURO_CENTS }).map(euroCents);

describe('euro cents', () => {
  it.each([0, 1, 12_345, MAXIMUM_EURO_CENTS])('accept %d', (value) => {
    expect(parseEuroCents(value)).toEqual({ ok: true, value });
  });

  it.each([-1, -0, 0.5, MAXIMUM_EURO_CENTS + 1, Number.NaN, Number.POSITIVE_INFINITY, '100', 100n, null, undefined, [1]])(
    'refuse %s and say what was expected',
    (value) => {
      expect(isEuroCents(value)).toBe(false);
      expect(parseEuroCents(value)).toEqual({ ok: false, expected: 'a whole number of euro cents from 0 to 99999999999' });
    },
  );

  it('computed wrongly are a bug of ours', () => {
    expect(() => euroCents(10.01)).toThrow(InvariantError);
    expect(() => euroCents(-1)).toThrow(InvariantError);
  });

  it('add up, up to the largest amount', () => {
    expect(sumCents([])).toBe(0);
    expect(sumCents([euroCents(5_000), euroCents(7_345)])).toBe(12_345);
    expect(sumCents([euroCents(MAXIMUM_EURO_CENTS - 1), euroCents(1)])).toBe(MAXIMUM_EURO_CENTS);
    expect(() => sumCents([euroCents(MAXIMUM_EURO_CENTS), euroCents(1)])).toThrow(InvariantError);
  });
});

describe('decimals', () => {
  it.each([
    ['0.00', 0],
    ['0.01', 1],
    ['12.34', 1_234],
    ['0012.34', 1_234],
    ['00000000000000.10', 10],
    // 4.35 * 100 is 434.99999999999994 in floating point.
    ['4.35', 435],
    ['999999999.99', MAXIMUM_EURO_CENTS],
  ])('%s are %d cents', (text, cents) => {
    expect(fromDecimal(text)).toEqual({ ok: true, value: cents });
  });

  it.each(['', '12', '12.3', '12.345', '.50', '12,34', '-1.00', '+1.00', '1e2.00', ' 1.00', '1.00 ', '1000000000.00', '١.٠٠', 12.34, null])(
    '%j are none',
    (text) => {
      expect(fromDecimal(text)).toMatchObject({ ok: false, expected: expect.stringContaining('12.34') });
    },
  );

  it('are read back as written', () => {
    fc.assert(
      fc.property(amounts, (cents) => {
        expect(fromDecimal(toDecimal(cents))).toEqual({ ok: true, value: cents });
        expect(toDecimal(cents)).toMatch(/^(0|[1-9]\d*)\.\d{2}$/);
      }),
    );
  });

  it('are written for Italians as Italians write them', () => {
    expect([0, 5, 12_345, 123_456, 100_000_000, MAXIMUM_EURO_CENTS].map((value) => formatEuro(euroCents(value)))).toEqual([
      '0,00',
      '0,05',
      '123,45',
      '1.234,56',
      '1.000.000,00',
      '999.999.999,99',
    ]);
    const italian = new Intl.NumberFormat('it-IT', { minimumFractionDigits: 2, useGrouping: 'always' });
    fc.assert(
      fc.property(amounts, (cents) => {
        expect(formatEuro(cents)).toBe(italian.format(cents / 100));
      }),
    );
  });
});
