import { allowed, type Outcome, refused } from './outcome.ts';
import type { DebtPosition } from './position.ts';
import { positionStatusAt } from './position-status.ts';

/** Only a DRAFT is published: it becomes VALID at once, or PUBLISHED until its validity. Source: Domain facts, Payments §4.4. */
export function publishPosition(position: DebtPosition, now: number): Outcome<DebtPosition> {
  const status = positionStatusAt(position, now);
  if (status === 'DRAFT') return allowed({ ...position, publishedAt: now });
  return refused('CONFLICT', { path: '', message: `the position is ${status} and cannot be published`, expected: 'a DRAFT position' });
}
