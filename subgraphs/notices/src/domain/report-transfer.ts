import { type DebtPosition, type Placed, withInstalment } from './position.ts';

/**
 * A published reporting flow has a transfer of a notice. The notice is REPORTED once it is paid and all its transfers are reported.
 * The first report stays: a later flow, or a new revision of the same one, changes nothing.
 * Source: Domain facts, Payments §4.4; design section 2 (projections are idempotent).
 */
export function reportTransfer(
  position: DebtPosition,
  { instalment }: Placed,
  idTransfer: number,
  report: { flow: string; at: number },
): DebtPosition {
  const transfers = instalment.transfers.map((transfer) =>
    transfer.idTransfer === idTransfer && !transfer.report ? { ...transfer, report } : transfer,
  );
  return withInstalment(position, { ...instalment, transfers });
}
