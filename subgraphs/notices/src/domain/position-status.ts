import type { PositionStatus } from '@nodo-aperto/schema/events';
import { type DebtPosition, instalmentsOf, type PaymentOption } from './position.ts';

/**
 * What a position counts as at an instant. Reads and the status job both ask this function, so that they agree.
 *
 * Payments come first, since money that moved is a fact: REPORTED when a whole option is reported, PAID when a whole option is paid,
 * PARTIALLY_PAID when anything is. Otherwise INVALID once invalidated, for good; DRAFT until published; PUBLISHED until the earliest
 * validity of its options; EXPIRED when every option expires and the latest due date is past; VALID.
 * Source: Domain facts, Payments §4.4.
 *
 * @param now epoch milliseconds
 */
export function positionStatusAt(position: Pick<DebtPosition, 'publishedAt' | 'invalidatedAt' | 'options'>, now: number): PositionStatus {
  if (position.options.some(isReported)) return 'REPORTED';
  if (position.options.some(isPaid)) return 'PAID';
  if (instalmentsOf(position).some(({ instalment }) => instalment.payment)) return 'PARTIALLY_PAID';
  if (position.invalidatedAt !== undefined) return 'INVALID';
  if (position.publishedAt === undefined) return 'DRAFT';
  if (position.options.every((option) => option.validFrom !== undefined && option.validFrom > now)) return 'PUBLISHED';
  return hasExpired(position.options, now) ? 'EXPIRED' : 'VALID';
}

function isPaid(option: PaymentOption): boolean {
  return option.instalments.every((instalment) => instalment.payment);
}

function isReported(option: PaymentOption): boolean {
  return isPaid(option) && option.instalments.every((instalment) => instalment.transfers.every((transfer) => transfer.report));
}

function hasExpired(options: readonly PaymentOption[], now: number): boolean {
  const latestDueDate = Math.max(...options.flatMap((option) => option.instalments.map((instalment) => instalment.dueDate)));
  return options.every((option) => option.switchToExpired) && latestDueDate < now;
}
