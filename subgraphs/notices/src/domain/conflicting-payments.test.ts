import { expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aPosition, noticeAt, NOW } from '../../test/examples.ts';
import { bookPayment } from './book-payment.ts';
import { conflictingPayments } from './conflicting-payments.ts';
import type { DebtPosition } from './position.ts';

const family = aPosition(
  aDraft({
    options: [anOption({ instalments: [anInstalment(1)] }), anOption({ instalments: [anInstalment(2), anInstalment(3)] })],
  }),
);
const paid = (position: DebtPosition, option: number, instalment: number, minute: number): DebtPosition =>
  bookPayment(position, noticeAt(position, option, instalment), { at: NOW + minute * 60_000, token: String(minute) });
const numbers = (position: DebtPosition) => conflictingPayments(position).map(({ instalment }) => instalment.iuv.at(-1));

it('instalments of the chosen plan are none', () => {
  expect(numbers(family)).toEqual([]);
  expect(numbers(paid(paid(family, 1, 0, 1), 1, 1, 2))).toEqual([]);
});

it('of two options, what was paid of the one that was paid later is', () => {
  expect(numbers(paid(paid(family, 0, 0, 1), 1, 0, 2))).toEqual(['2']);
  expect(numbers(paid(paid(family, 0, 0, 2), 1, 0, 1))).toEqual(['1']);
  expect(numbers(paid(paid(paid(family, 1, 0, 3), 1, 1, 1), 0, 0, 2))).toEqual(['1']);
});
