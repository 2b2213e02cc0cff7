import { expect, it } from 'vitest';
import { aDraft, anInstalment, anOption, aPosition, CREDITOR, noticeAt, NOW } from '../../test/examples.ts';
import { bookEarlyPayments, bookReported, type EarlyPayment, type ReportedTransfer } from './book-early-payments.ts';
import { bookPayment } from './book-payment.ts';
import { settle } from './settle.ts';

const position = aPosition(aDraft({ options: [anOption({ instalments: [anInstalment(1), anInstalment(2)] })] }));
const [first, second] = [0, 1].map((index) => noticeAt(position, 0, index).instalment.noticeNumber) as [string, string];
const report: ReportedTransfer = { beneficiaryFiscalCode: CREDITOR, idTransfer: 1, flow: 'flow', reportedAt: NOW };
const early = (...reports: ReportedTransfer[]): EarlyPayment => ({ payment: { at: NOW, token: 'token' }, reports });
const statuses = (of: typeof position) =>
  settle(position, of, { now: NOW }).after.options.flatMap(({ instalments }) => instalments.map(({ status }) => status));

it('notices that were paid before are paid, the others are left alone', () => {
  expect(bookEarlyPayments(position, new Map())).toBe(position);
  expect(statuses(bookEarlyPayments(position, new Map([[second, early()]])))).toEqual(['VALID', 'PAID']);
  expect(bookReported(position, '3'.repeat(18), early())).toBe(position);
});

it('they are reported as far as flows had their own transfers', () => {
  const reported = (...reports: ReportedTransfer[]) => statuses(bookEarlyPayments(position, new Map([[first, early(...reports)]])))[0];
  expect(reported(report)).toBe('REPORTED');
  expect(reported({ ...report, idTransfer: 2 })).toBe('PAID');
  expect(reported({ ...report, beneficiaryFiscalCode: '88888888888' })).toBe('PAID');
});

it('what flows had of another payment is not of the one that stands', () => {
  const paid = bookPayment(position, noticeAt(position), { at: NOW, token: 'other' });
  expect(statuses(bookReported(paid, first, early(report)))[0]).toBe('PAID');
});
