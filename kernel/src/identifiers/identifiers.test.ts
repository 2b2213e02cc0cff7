import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError, valueOf } from '../faults/index.ts';
import {
  brokerNamedBy,
  checkCharacterOf,
  controlDigitOf,
  entityTypeOf,
  hasValidCheckCharacter,
  hasValidControlDigit,
  ibanCheckDigitsOf,
  isIban,
  isPersonFiscalCode,
  makeItalianIban,
  parseBrokerCode,
  parseChannelCode,
  parseCreditorFiscalCode,
  parseEntityIdentifier,
  parseIban,
  parseIbanShape,
  parseIdempotencyKey,
  parsePaymentToken,
  parsePersonFiscalCode,
  parsePspCode,
  parseStationCode,
} from './index.ts';

const person = (text: string) => valueOf(parsePersonFiscalCode(text), 'fiscalCode');
const creditor = (text: string) => valueOf(parseCreditorFiscalCode(text), 'fiscalCode');

describe('fiscal codes of persons', () => {
  // Codes that public handbooks use as examples.
  it.each(['MRTMTT25D09F205Z', 'RSSMRA85T10A562S', 'RSSMRA80A01H501U'])('have the right check character: %s', (text) => {
    expect(checkCharacterOf(text.slice(0, 15))).toBe(text.charAt(15));
    expect(hasValidCheckCharacter(person(text))).toBe(true);
  });

  it.each(['', 'A'.repeat(14), 'A'.repeat(16), `-${'A'.repeat(15)}`, `${'A'.repeat(15)}-`])('have none: %s', (text) =>
    expect(() => checkCharacterOf(text)).toThrow(/^fiscalCode: has no check character/),
  );

  it('do not have it with another letter', () => {
    expect(hasValidCheckCharacter(person('RSSMRA80A01H501V'))).toBe(false);
    expect(hasValidCheckCharacter(person('RSSMRB80A01H501U'))).toBe(false);
  });

  it('are accepted by shape, kept in upper case', () => {
    expect(parsePersonFiscalCode('rssmra80a01h501x')).toEqual({ ok: true, value: 'RSSMRA80A01H501X' });
    expect(isPersonFiscalCode('rssmra80a01h501x')).toBe(false);
    for (const value of ['', 'RSSMRA80A01H501', 'RSSMRA80A01H501UU', 'RSSMRA80A01H501 ', 'RSSMRA80A01H501ı', 'ſSSMRA80A01H501U', 7, null]) {
      expect(parsePersonFiscalCode(value)).toEqual({ ok: false, expected: 'a fiscal code of 16 letters and digits' });
    }
    expect(() => checkCharacterOf('RSSMRA80A01H50')).toThrow(InputError);
  });
});

describe('fiscal codes of creditors', () => {
  it.each(['15376371009', '00743110157', '80078750587', '12345670017'])('have the right control digit: %s', (text) => {
    expect(controlDigitOf(text.slice(0, 10))).toBe(text.charAt(10));
    expect(hasValidControlDigit(creditor(text))).toBe(true);
  });

  it.each(['', '1'.repeat(9), '1'.repeat(11), `x${'1'.repeat(10)}`, `${'1'.repeat(10)}x`])('have no control digit: %s', (text) =>
    expect(() => controlDigitOf(text)).toThrow(/^fiscalCode: has no control digit/),
  );

  it('have exactly one right control digit, and every single wrong digit shows', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{10}$/), fc.nat({ max: 9 }), fc.integer({ min: 1, max: 9 }), (ten, place, change) => {
        const right = controlDigitOf(ten);
        const digit = (Number(ten.charAt(place)) + change) % 10;
        expect(hasValidControlDigit(creditor(ten + right))).toBe(true);
        expect(hasValidControlDigit(creditor(`${ten.slice(0, place)}${digit}${ten.slice(place + 1)}${right}`))).toBe(false);
      }),
    );
    expect(() => controlDigitOf('12345')).toThrow(InputError);
  });

  it('are accepted by shape', () => {
    // The field's examples do not have right control digits.
    expect(parseCreditorFiscalCode('66666666666')).toEqual({ ok: true, value: '66666666666' });
    for (const value of ['7777777777', '777777777777', '7777777777A', 77777777777, undefined]) {
      expect(parseCreditorFiscalCode(value)).toEqual({ ok: false, expected: 'a fiscal code of 11 digits' });
    }
  });

  it('tell legal from natural persons', () => {
    const entity = (text: string) => valueOf(parseEntityIdentifier(text), 'debtor');
    expect(['15376371009', 'RSSMRA80A01H501U', 'ANONIMO', 'xx-12.3'].map((text) => entityTypeOf(entity(text)))).toEqual([
      'G',
      'F',
      'F',
      'F',
    ]);
    expect(entity('rssmra80a01h501u')).toBe('RSSMRA80A01H501U');
    for (const value of ['A', 'A'.repeat(17), 'A B', 'à1', '']) expect(parseEntityIdentifier(value).ok, value).toBe(false);
  });
});

describe('IBANs', () => {
  it.each([
    'IT60X0542811101000000123456',
    'SM86U0322509800000000270100',
    'DE89370400440532013000',
    'GB82WEST12345698765432',
    'NO9386011117947',
  ])('with right check digits are accepted: %s', (text) => {
    expect(parseIban(text)).toEqual({ ok: true, value: text });
    expect(ibanCheckDigitsOf(text.slice(0, 2), text.slice(4))).toBe(text.slice(2, 4));
  });

  it('are read as people write them', () => {
    expect(parseIban('it60 x054 2811 1010 0000 0123 456')).toEqual({ ok: true, value: 'IT60X0542811101000000123456' });
    expect(isIban('it60x0542811101000000123456')).toBe(false);
    const [italian] = ['IT60X0542811101000000123456'];
    expect(parseIban(`${italian}${' '.repeat(64 - italian.length)}`).ok).toBe(true);
    for (const text of [`x${italian}`, `${italian}-`, 'ITX0X0542811101000000123456']) expect(isIban(text), text).toBe(false);
  });

  it.each([
    'IT61X0542811101000000123456',
    'IT60X0542811101000000123465',
    'IT60X054281110100000012345',
    'IT0000000000000000000000000',
    'IT00',
    '',
    `IT60X0542811101000000123456${' '.repeat(100)}`,
    42,
    null,
  ])('%j are refused', (value) => {
    expect(parseIban(value)).toEqual({ ok: false, expected: 'an IBAN with right check digits (27 characters for Italy)' });
  });

  it('of Italy are made with CIN and check digits', () => {
    expect(makeItalianIban({ abi: '05428', cab: '11101', account: '123456' })).toBe('IT60X0542811101000000123456');
    // Poste Italiane: the account is that of the postal slip.
    expect(makeItalianIban({ abi: '07601', cab: '03200', account: '000000123456' })).toMatch(/^IT\d{2}[A-Z]0760103200000000123456$/);
    expect(() => makeItalianIban({ abi: '5428', cab: '11101', account: '1' })).toThrow(/^abi: /);
    expect(() => makeItalianIban({ abi: '05428', cab: 'X1101', account: '1' })).toThrow(/^cab: /);
    expect(() => makeItalianIban({ abi: '05428', cab: '11101', account: 'a-1' })).toThrow(/^account: /);
  });

  it('have the length of their country where it is known, and check digits for what fits only', () => {
    const shorter = `X${'0'.repeat(21)}`;
    expect(parseIban(`IT${ibanCheckDigitsOf('IT', shorter)}${shorter}`).ok).toBe(false);
    expect(parseIban(`ZZ${ibanCheckDigitsOf('ZZ', shorter)}${shorter}`).ok).toBe(true);
    for (const country of ['it', 'ITA', 'I', '1T', ' IT'])
      expect(() => ibanCheckDigitsOf(country, shorter), country).toThrow(/^country: has no IBAN/);
    for (const account of ['A'.repeat(10), 'A'.repeat(31), `-${shorter}`, `${shorter}-`, shorter.toLowerCase()])
      expect(() => ibanCheckDigitsOf('ZZ', account), account).toThrow(/^account: does not fit/);
    expect(ibanCheckDigitsOf('ZZ', 'A'.repeat(11))).toMatch(/^\d{2}$/);
    expect(ibanCheckDigitsOf('ZZ', 'A'.repeat(30))).toMatch(/^\d{2}$/);
  });

  it('of Italy are made of parts that fit from end to end', () => {
    const parts = { abi: '05428', cab: '11101', account: '1' };
    for (const wrong of ['054280', 'x05428', '05428x']) {
      expect(() => makeItalianIban({ ...parts, abi: wrong }), wrong).toThrow(/^abi: /);
      expect(() => makeItalianIban({ ...parts, cab: wrong }), wrong).toThrow(/^cab: /);
    }
    for (const account of ['', '1'.repeat(13), '-1', '1-'])
      expect(() => makeItalianIban({ ...parts, account }), account).toThrow(/^account: /);
  });

  it('made with check digits are accepted, and every single wrong digit shows', () => {
    const account = fc.stringMatching(/^[A-Z0-9]{12}$/);
    const bank = fc.stringMatching(/^\d{5}$/);
    fc.assert(
      fc.property(
        bank,
        bank,
        account,
        fc.integer({ min: 2, max: 14 }),
        fc.integer({ min: 1, max: 9 }),
        (abi, cab, number, place, change) => {
          const iban = makeItalianIban({ abi, cab, account: number });
          expect(isIban(iban)).toBe(true);
          expect(parseIban(iban.toLowerCase())).toEqual({ ok: true, value: iban });
          const character = iban.charAt(place);
          if (!/\d/.test(character)) return;
          expect(isIban(`${iban.slice(0, place)}${(Number(character) + change) % 10}${iban.slice(place + 1)}`)).toBe(false);
        },
      ),
    );
  });

  it('at the edge are a matter of shape', () => {
    for (const text of ['it00a', 'IT0000000000000000000000000', `IT96${'R'.repeat(30)}`]) {
      expect(parseIbanShape(text)).toEqual({ ok: true, value: text });
    }
    for (const text of ['IT00', `IT96${'R'.repeat(31)}`, 'I100X', 'IT60 X05']) expect(parseIbanShape(text).ok, text).toBe(false);
  });
});

describe('codes', () => {
  it.each([
    ['PSP', parsePspCode],
    ['broker', parseBrokerCode],
    ['station', parseStationCode],
    ['channel', parseChannelCode],
  ])('of a %s are 1 to 35 printable characters', (name, parse) => {
    for (const code of ['60000000001', 'ABI00000', 'UNCRITMM', '77777777777_01', 'x'.repeat(35)]) {
      expect(parse(code)).toEqual({ ok: true, value: code });
    }
    for (const code of ['', 'x'.repeat(36), 'a b', 'a\u0000b', 'è', 1, undefined]) {
      expect(parse(code)).toEqual({ ok: false, expected: `the code of a ${name}, 1 to 35 printable characters without blanks` });
    }
  });

  it('of stations and channels name their broker, when they follow the convention', () => {
    const broker = (code: string) => brokerNamedBy(valueOf(parseStationCode(code), 'station'));
    for (const code of ['A_12345', 'A_1x', 'A_']) expect(broker(code), code).toBeUndefined();
    expect([broker('77777777777_01'), broker('A_B_3'), broker('77777777777'), broker('_01')]).toEqual([
      '77777777777',
      'A_B',
      undefined,
      undefined,
    ]);
  });

  it('of idempotency have a part for the PSP and ten characters of chance', () => {
    for (const key of ['60000000001_AbCdEf1234', 'AB_0123456789', `${'9'.repeat(18)}_zzzzzzzzzz`]) {
      expect(parseIdempotencyKey(key)).toEqual({ ok: true, value: key });
    }
    for (const key of [
      'A_0123456789',
      '60000000001_123456789',
      '60000000001_12345678901',
      '60000000001-1234567890',
      `${'9'.repeat(19)}_zzzzzzzzzz`,
    ]) {
      expect(parseIdempotencyKey(key).ok, key).toBe(false);
    }
  });

  it('of payment sessions are 32 hexadecimal digits', () => {
    const token = '0123456789abcdef0123456789abcdef';
    expect(parsePaymentToken(token)).toEqual({ ok: true, value: token });
    for (const other of [token.toUpperCase(), token.slice(1), `${token}0`, `${token}\n`]) expect(parsePaymentToken(other).ok).toBe(false);
  });
});
