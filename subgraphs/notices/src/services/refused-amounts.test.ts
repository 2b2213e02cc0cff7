import { describe, expect, it } from 'vitest';
import type { DebtPosition } from '../domain/position.ts';
import { refusedAmount } from './refused-amounts.ts';

const NUMBER = '302000000000001101';
const request = { creditorFiscalCode: '66666666666', noticeNumber: NUMBER, amount: 1_500 };
const positionWith = (instalment: object): DebtPosition =>
  ({
    options: [{ number: 1, instalments: [{ noticeNumber: NUMBER, amount: 1_000, transfers: [], ...instalment }] }],
  }) as unknown as DebtPosition;
const paid = positionWith({ payment: { at: 1 } });

describe('a load of a notice that is paid already', () => {
  it('tells what its creditor thinks that it is worth', () => {
    const options = { now: 1_767_225_600_000, several: false };
    const learnt = { ...request, occasion: 'UPDATE', at: '2026-01-01T00:00:00.000Z' };
    expect(refusedAmount(request, paid, options)).toEqual(learnt);
    expect(refusedAmount(request, paid, { ...options, several: true })).toEqual({ ...learnt, occasion: 'UPLOAD' });
  });

  it.each([
    ['unknown', request, undefined],
    ['not paid', request, positionWith({})],
    ['of the same amount', { ...request, amount: 1_000 }, paid],
    ['a withdrawal', { ...request, amount: 0 }, paid],
    ['another notice', { ...request, noticeNumber: '302000000000001202' }, paid],
  ])('says nothing new when it is %s', (_what, asked, position) => {
    expect(refusedAmount(asked, position, { now: 0, several: false })).toBeUndefined();
  });
});
