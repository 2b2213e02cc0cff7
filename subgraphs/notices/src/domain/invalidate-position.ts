import type { PositionStatus } from '@nodo-aperto/schema/events';
import { allowed, type Outcome, refused } from './outcome.ts';
import type { DebtPosition } from './position.ts';
import { positionStatusAt } from './position-status.ts';

const INVALIDABLE_STATUSES: readonly PositionStatus[] = ['PUBLISHED', 'VALID'];

/**
 * Only a PUBLISHED or VALID position is invalidated, and for good: what is owed again needs a new IUPD and new notice numbers.
 * Source: Domain facts, Payments §4.4; design section 6.
 */
export function invalidatePosition(position: DebtPosition, now: number): Outcome<DebtPosition> {
  const status = positionStatusAt(position, now);
  if (INVALIDABLE_STATUSES.includes(status)) return allowed({ ...position, invalidatedAt: now });
  return refused('CONFLICT', {
    path: '',
    message: `the position is ${status} and cannot be invalidated`,
    expected: `a position that is ${INVALIDABLE_STATUSES.join(' or ')}`,
  });
}
