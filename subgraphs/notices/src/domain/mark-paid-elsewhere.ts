import { noticeStatusAt } from './notice-status.ts';
import { allowed, type Outcome, refused } from './outcome.ts';
import { type DebtPosition, type Placed, withInstalment } from './position.ts';

/**
 * A creditor says that one of its notices was paid outside the platform. Only a notice that can be paid is marked (422 otherwise);
 * one that is paid already is a conflict. Source: Domain facts, Payments §4.4 (`paids/{nav}`).
 *
 * @param paidAt epoch milliseconds, not in the future
 */
export function markPaidElsewhere(
  position: DebtPosition,
  { option, instalment }: Placed,
  paidAt: number,
  now: number,
): Outcome<DebtPosition> {
  if (instalment.payment) {
    return refused('CONFLICT', { path: '', message: `the notice is ${instalment.status}`, expected: 'a notice that is not paid' });
  }
  const status = noticeStatusAt(position, option, instalment, now);
  if (status !== 'VALID') {
    return refused('UNPROCESSABLE', {
      path: '',
      message: `the notice is ${status} and cannot be paid`,
      expected: 'a notice that is VALID',
    });
  }
  if (paidAt > now) return refused('INVALID', { path: 'paymentDate', message: 'is in the future', expected: 'a past instant' });
  return allowed(withInstalment(position, { ...instalment, payment: { at: paidAt } }));
}
