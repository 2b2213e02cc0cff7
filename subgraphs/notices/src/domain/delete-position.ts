import { allowed, type Outcome, refused } from './outcome.ts';
import { type DebtPosition, instalmentsOf } from './position.ts';

/** A position is deleted only while nothing of it is paid. Source: Domain facts, Payments §4.4. */
export function deletePosition(position: DebtPosition): Outcome<DebtPosition> {
  const paid = instalmentsOf(position).find(({ instalment }) => instalment.payment);
  if (!paid) return allowed(position);
  const message = `notice ${paid.instalment.noticeNumber} of the position is paid: it cannot be deleted`;
  return refused('CONFLICT', { path: '', message, expected: 'a position of which nothing is paid' });
}
