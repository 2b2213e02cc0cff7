import { type DebtPosition } from './position.ts';
import { positionStatusAt } from './position-status.ts';

/**
 * Whether who owes finds a position when asking for what there is to pay: it can be paid, wholly or in part, its creditor lets it be found,
 * and the one who asks owes it or one of its options. Distinct plans stay apart. Source: Domain facts, Payments §6.
 *
 * @param now epoch milliseconds
 */
export function isPullable(position: DebtPosition, debtorFiscalCode: string, now: number): boolean {
  const status = positionStatusAt(position, now);
  if (!position.pull || !(status === 'VALID' || status === 'PARTIALLY_PAID')) return false;
  return position.options.some((option) => (option.debtor ?? position.debtor).fiscalCode === debtorFiscalCode);
}
