import type { PositionStatus } from '@nodo-aperto/schema/events';
import { isRuledOut } from './ruled-out.ts';
import type { DebtPosition, Instalment, PaymentOption } from './position.ts';
import { positionStatusAt } from './position-status.ts';

/**
 * What one notice of a position counts as at an instant; a notice can be paid exactly when this is VALID.
 *
 * Its own payment comes first (REPORTED when all its transfers are, else PAID). A notice shares its position's DRAFT and INVALID, and
 * is INVALID when another option was chosen. Before its option's validity it behaves as unknown (PUBLISHED); past its due date it is
 * EXPIRED if its option expires, and stays payable otherwise. Source: Domain facts, Payments §4.4, §5.1, §5.2.
 *
 * @param now epoch milliseconds
 */
export function noticeStatusAt(position: DebtPosition, option: PaymentOption, instalment: Instalment, now: number): PositionStatus {
  if (instalment.payment) return instalment.transfers.every((transfer) => transfer.report) ? 'REPORTED' : 'PAID';
  const ofPosition = positionStatusAt(position, now);
  if (ofPosition === 'DRAFT' || ofPosition === 'INVALID') return ofPosition;
  if (isRuledOut(position, option)) return 'INVALID';
  if (option.validFrom !== undefined && option.validFrom > now) return 'PUBLISHED';
  return option.switchToExpired && instalment.dueDate < now ? 'EXPIRED' : 'VALID';
}
