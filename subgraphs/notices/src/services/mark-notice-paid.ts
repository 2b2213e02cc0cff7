/** A creditor says that a notice was paid outside the platform. */
import { checkCovered } from '../domain/covered-notices.ts';
import { markPaidElsewhere } from '../domain/mark-paid-elsewhere.ts';
import { allowed, refused } from '../domain/outcome.ts';
import { placedNotice } from '../domain/position.ts';
import { lockPositions } from '../persistence/position-store.ts';
import { type Actor, creditorToWriteFor } from './creditors.ts';
import { keepChange, type WriteResult, type Writing } from './position-writes.ts';

export interface MarkPaidOptions {
  actor: Actor;
  creditorFiscalCode: string;
  noticeNumber: string;
  /** True: only a notice of the archive (ACA); false: only one managed here; absent: either. */
  aca?: boolean;
  /** Epoch milliseconds; now when absent. */
  paidAt?: number;
}

export async function markNoticePaid(writing: Writing, options: MarkPaidOptions): Promise<WriteResult> {
  const { creditorFiscalCode, noticeNumber, aca } = options;
  const creditor = await creditorToWriteFor(writing.creditors, options.actor, creditorFiscalCode);
  if (!creditor.ok) return creditor;
  const covered = checkCovered(creditor.value.coverage, [noticeNumber]);
  if (!covered.ok) return covered;
  return writing.database.transaction(async (transaction): Promise<WriteResult> => {
    const [position] = await lockPositions(transaction, [{ creditorFiscalCode, noticeNumber }]);
    const placed = position && placedNotice(position, noticeNumber);
    if (!placed || (aca !== undefined && position.aca !== aca))
      return refused('NOT_FOUND', { path: 'noticeNumber', message: 'is of no notice of the creditor', expected: 'the number of a notice' });
    const now = writing.clock.now();
    const marked = markPaidElsewhere(position, placed, options.paidAt ?? now, now);
    if (!marked.ok) return marked;
    return allowed({
      action: 'MARKED_PAID',
      position: await keepChange(transaction, writing.outbox, position, marked.value, now),
      noticeNumber,
      warnings: [],
    });
  });
}
