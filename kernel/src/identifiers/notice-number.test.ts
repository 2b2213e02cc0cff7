import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError, valueOf } from '../faults/index.ts';
import {
  groupedNoticeNumber,
  hasValidCheckDigits,
  isNoticeNumber,
  makeNoticeNumber,
  noticeCheckDigitsOf,
  noticeNumberFromIuv,
  noticeNumberParts,
  parseIuv,
  parseNoticeNumber,
  PROBE_NOTICE_NUMBER,
} from './index.ts';
import type { NoticeNumber, NoticeNumberInput } from './index.ts';

const numberOf = (text: string): NoticeNumber => valueOf(parseNoticeNumber(text), 'noticeNumber');
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));

// Domain facts, Payments §1.2: the worked examples.
const EXAMPLES: [NoticeNumberInput, string, string][] = [
  [{ auxDigit: 0, applicationCode: '01', base: '1234567890123' }, '001123456789012313', '123456789012313'],
  [{ auxDigit: 0, applicationCode: '12', base: '0000000000001' }, '012000000000000116', '000000000000116'],
  [{ auxDigit: 1, base: '12345678901234567' }, '112345678901234567', '12345678901234567'],
  [{ auxDigit: 2, base: '123456789012345' }, '212345678901234544', '12345678901234544'],
  [{ auxDigit: 2, base: '000000000000042' }, '200000000000004244', '00000000000004244'],
  [{ auxDigit: 3, segregationCode: '47', base: '1234567890123' }, '347123456789012389', '47123456789012389'],
  [{ auxDigit: 3, segregationCode: '01', base: '0000000000001' }, '301000000000000144', '01000000000000144'],
  [{ auxDigit: 3, segregationCode: '00', base: '9' }, '300000000000000912', '00000000000000912'],
  [{ auxDigit: 3, segregationCode: '02', base: '0000000000010' }, '302000000000001000', '02000000000001000'],
  [{ auxDigit: 3, segregationCode: '02', base: '0000000000011' }, '302000000000001101', '02000000000001101'],
];

describe('notice numbers', () => {
  it.each(EXAMPLES)('made of %j are %s, with the IUV %s', (input, expected, iuv) => {
    const number = makeNoticeNumber(input);
    expect(number).toBe(expected);
    expect(hasValidCheckDigits(number)).toBe(true);
    const parts = noticeNumberParts(number);
    expect(parts.iuv).toBe(iuv);
    expect(parts.auxDigit).toBe(input.auxDigit);
    expect(parts.applicationCode).toBe(input.auxDigit === 0 ? input.applicationCode : undefined);
    expect(parts.segregationCode).toBe(input.auxDigit === 3 ? input.segregationCode : undefined);
    expect(parts.checkDigits).toBe(input.auxDigit === 1 ? undefined : expected.slice(16));
  });

  it.each(['001009202599000361', '002720356512737953', PROBE_NOTICE_NUMBER])('of the real world have right check digits: %s', (text) => {
    expect(hasValidCheckDigits(numberOf(text))).toBe(true);
  });

  it.each([
    ['311111111112222222', '47'],
    ['311111111111111111', '03'],
    ['302012387654312384', '86'],
  ])('of known fixtures have wrong ones: %s needs %s', (text, needed) => {
    const number = numberOf(text);
    expect(hasValidCheckDigits(number)).toBe(false);
    expect(noticeCheckDigitsOf(number.slice(0, 16))).toBe(needed);
    // Wrong check digits do not make it another kind of text: the node does not refuse them.
    expect(noticeNumberParts(number).segregationCode).toBe(text.slice(1, 3));
  });

  it('check digits agree with the arithmetic of big integers', () => {
    fc.assert(
      fc.property(digits(16), (prefix) => {
        expect(noticeCheckDigitsOf(prefix)).toBe(String(BigInt(prefix) % 93n).padStart(2, '0'));
      }),
    );
  });

  it('come apart into what they were made of', () => {
    const inputs: fc.Arbitrary<NoticeNumberInput> = fc.oneof(
      fc.record({ auxDigit: fc.constant(0 as const), applicationCode: digits(2), base: digits(13) }),
      fc.record({ auxDigit: fc.constant(1 as const), base: digits(17) }),
      fc.record({ auxDigit: fc.constant(2 as const), base: digits(15) }),
      fc.record({ auxDigit: fc.constant(3 as const), segregationCode: digits(2), base: digits(13) }),
    );
    fc.assert(
      fc.property(inputs, (input) => {
        const number = makeNoticeNumber(input);
        expect(isNoticeNumber(number)).toBe(true);
        expect(hasValidCheckDigits(number)).toBe(true);
        const { iuv, checkDigits = '', segregationCode = '' } = noticeNumberParts(number);
        expect(iuv).toBe(segregationCode + input.base + checkDigits);
        if (input.auxDigit === 3) expect(noticeNumberFromIuv(iuv)).toEqual({ ok: true, value: number });
      }),
    );
  });

  it('show one wrong digit, wherever it is', () => {
    fc.assert(
      fc.property(digits(13), fc.integer({ min: 1, max: 17 }), fc.integer({ min: 1, max: 9 }), (base, place, change) => {
        const number = makeNoticeNumber({ auxDigit: 3, segregationCode: '47', base });
        const digit = (Number(number.charAt(place)) + change) % 10;
        expect(hasValidCheckDigits(numberOf(`${number.slice(0, place)}${digit}${number.slice(place + 1)}`))).toBe(false);
      }),
    );
  });

  it('of unused aux digits tell their IUV and nothing else', () => {
    const number = numberOf('412345678901234567');
    expect(noticeNumberParts(number)).toEqual({ auxDigit: 4, iuv: '12345678901234567' });
    expect(hasValidCheckDigits(number)).toBe(false);
    // Not even where the arithmetic would agree.
    const agreeing = `4${'1'.repeat(15)}`;
    expect(hasValidCheckDigits(numberOf(`${agreeing}${noticeCheckDigitsOf(agreeing)}`))).toBe(false);
  });

  it.each(['', '1'.repeat(15), '1'.repeat(17), `x${'1'.repeat(16)}`, `${'1'.repeat(16)}x`])('have no check digits: %s', (text) =>
    expect(() => noticeCheckDigitsOf(text)).toThrow(/^noticeNumber: has no check digits/),
  );

  it.each<[NoticeNumberInput, string]>([
    [{ auxDigit: 3, segregationCode: '7', base: '1' }, 'segregationCode'],
    [{ auxDigit: 3, segregationCode: 'AB', base: '1' }, 'segregationCode'],
    [{ auxDigit: 3, segregationCode: 'A7', base: '1' }, 'segregationCode'],
    [{ auxDigit: 3, segregationCode: '7A', base: '1' }, 'segregationCode'],
    [{ auxDigit: 0, applicationCode: '123', base: '1' }, 'applicationCode'],
    [{ auxDigit: 3, segregationCode: '47', base: '12345678901234' }, 'base'],
    [{ auxDigit: 2, base: '' }, 'base'],
    [{ auxDigit: 1, base: '12 4' }, 'base'],
  ])('are not made of %j: %s does not fit', (input, path) => {
    expect(() => makeNoticeNumber(input)).toThrow(InputError);
    expect(() => makeNoticeNumber(input)).toThrow(new RegExp(`^${path}: `));
  });

  it.each([
    '',
    '34712345678901238',
    '3471234567890123890',
    '34712345678901238A',
    ' 347123456789012389',
    '٣٤٧١٢٣٤٥٦٧٨٩٠١٢٣٨٩',
    347123456789012,
    null,
  ])('are not %j', (value) => {
    expect(parseNoticeNumber(value)).toEqual({ ok: false, expected: 'a notice number of 18 digits' });
  });

  it('are derived from an IUV of 17 digits and from no other', () => {
    expect(noticeNumberFromIuv('47123456789012389')).toEqual({ ok: true, value: '347123456789012389' });
    for (const iuv of ['123456789012313', '471234567890123891', 'RF18539007547034', undefined]) {
      expect(noticeNumberFromIuv(iuv)).toEqual({ ok: false, expected: 'an IUV of 17 digits' });
    }
  });

  it('are printed in groups of four, 22 characters', () => {
    expect(groupedNoticeNumber(numberOf('347123456789012389'))).toBe('3471 2345 6789 0123 89');
  });
});

it('an IUV is 1 to 35 printable characters', () => {
  for (const iuv of ['1', 'RF18539007547034', '47123456789012389', 'x'.repeat(35)]) expect(parseIuv(iuv)).toEqual({ ok: true, value: iuv });
  for (const iuv of ['', 'x'.repeat(36), 'a b', 'a\n', 'è', 17]) expect(parseIuv(iuv).ok).toBe(false);
});
