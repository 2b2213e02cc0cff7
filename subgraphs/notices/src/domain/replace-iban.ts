import type { PositionStatus } from '@nodo-aperto/schema/events';
import type { DebtPosition, Instalment } from './position.ts';
import { positionStatusAt } from './position-status.ts';

/** The states in which where the money goes may still be changed. */
const IBAN_REPLACEABLE: readonly PositionStatus[] = ['DRAFT', 'PUBLISHED', 'VALID'];

/**
 * A creditor that changes its bank replaces one IBAN by another in the transfers of whatever of a position is not paid, of positions that
 * can still be updated; everything else stays as it is. Source: Domain facts, Payments §4.3, §4.4 (no update once paid or INVALID).
 *
 * @param most the most transfers to change
 * @returns the position, and how many of its transfers were changed
 */
export function replaceIban(
  position: DebtPosition,
  change: { from: string; to: string; most: number; now: number },
): { position: DebtPosition; replaced: number } {
  if (!IBAN_REPLACEABLE.includes(positionStatusAt(position, change.now))) return { position, replaced: 0 };
  let replaced = 0;
  const renew = (instalment: Instalment): Instalment => ({
    ...instalment,
    transfers: instalment.transfers.map((transfer) => {
      if (transfer.iban !== change.from || replaced >= change.most) return transfer;
      replaced += 1;
      return { ...transfer, iban: change.to };
    }),
  });
  const options = position.options.map((option) => ({ ...option, instalments: option.instalments.map(renew) }));
  return replaced === 0 ? { position, replaced } : { position: { ...position, options }, replaced };
}
