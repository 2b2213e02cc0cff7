/** Applies several facts to locked positions, each on top of the other, and keeps the result in one go. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { type DebtPosition, instalmentsOf } from '../domain/position.ts';
import { settle } from '../domain/settle.ts';
import { keep } from '../services/position-writes.ts';
import type { NoticeKey } from '../services/read-notices.ts';

export interface CurrentPositions {
  /** Changes the position of the notice, when it is among the locked ones. */
  change(key: NoticeKey, change: (position: DebtPosition) => DebtPosition): void;
}

export async function changeMany(
  transaction: Transaction,
  outbox: Outbox,
  now: number,
  locked: readonly DebtPosition[],
  work: (current: CurrentPositions) => void,
): Promise<void> {
  const current = [...locked];
  const places = new Map(
    locked.flatMap((position, index) =>
      instalmentsOf(position).map(({ instalment }) => [`${position.creditorFiscalCode}/${instalment.noticeNumber}`, index]),
    ),
  );
  work({
    change({ creditorFiscalCode, noticeNumber }, change) {
      const index = places.get(`${creditorFiscalCode}/${noticeNumber}`);
      const position = index === undefined ? undefined : current[index];
      if (index !== undefined && position) current[index] = change(position);
    },
  });
  await keep(
    transaction,
    outbox,
    locked.map((before, index) => settle(before, current[index] ?? before, { now })),
  );
}
