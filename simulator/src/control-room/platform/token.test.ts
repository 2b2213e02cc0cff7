import { describe, expect, it } from 'vitest';
import { maySee, PANELS } from './panels.ts';
import { readToken } from './token.ts';

const token = (claims: object): string => `e30.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims))))}.c2ln`;

describe('a token', () => {
  it('says who bears it', () => {
    expect(
      readToken(token({ role: 'EC', tenant: '77777777777', name: 'Città', exp: 10, functions: 'OVERVIEW PAYMENTS_READ' })),
    ).toMatchObject({
      role: 'EC',
      code: '77777777777',
      name: 'Città',
      expiresAt: 10_000,
      functions: ['OVERVIEW', 'PAYMENTS_READ'],
    });
    expect(readToken(`  Bearer ${token({ role: 'CITIZEN', fiscal_code: 'RSSMRA80A01H501U' })}\n`)).toMatchObject({
      code: 'RSSMRA80A01H501U',
      functions: undefined,
      expiresAt: Number.POSITIVE_INFINITY,
    });
  });

  it.each(['', 'abc', 'a.b', 'a.!.c', 'a.e30.c.d', token({ role: 'KING' }), token([1])])('%j is none', (text) =>
    expect(readToken(text)).toBeUndefined(),
  );
});

describe('what a bearer may see', () => {
  it.each([
    ['OPERATOR', [...PANELS]],
    ['EC', [...PANELS]],
    ['PARTNER', [...PANELS]],
    ['PSP', ['payments', 'receiptEvents', 'sessions']],
    ['CITIZEN', ['payments']],
  ] as const)('%s', (role, panels) => {
    expect(PANELS.filter((panel) => maySee({ role, functions: undefined }, panel))).toEqual(panels);
  });

  it('is narrowed by the functions of the token', () => {
    const functions = ['OVERVIEW', 'RECEIPTS_READ'];
    expect(PANELS.filter((panel) => maySee({ role: 'EC', functions }, panel))).toEqual([
      'stations',
      'receipts',
      'receiptEvents',
      'outages',
    ]);
  });
});
