/** Updates, publishes, invalidates and deletes a position of the fuller model. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { checkUnused } from '../domain/check-unused.ts';
import { checkCovered, type Coverage } from '../domain/covered-notices.ts';
import { deletePosition } from '../domain/delete-position.ts';
import { invalidatePosition } from '../domain/invalidate-position.ts';
import { allowed, type Outcome, refused } from '../domain/outcome.ts';
import { type DebtPosition, instalmentsOf } from '../domain/position.ts';
import type { PositionDraft } from '../domain/position-draft.ts';
import { publishPosition } from '../domain/publish-position.ts';
import { settle, statedOnDeletion } from '../domain/settle.ts';
import { updatePosition } from '../domain/update-position.ts';
import { shareArrivals } from '../persistence/early-payments.ts';
import { numberHistory } from '../persistence/number-history.ts';
import { findPositions, lockPositions, type PositionKey, removePosition, retryingRaces } from '../persistence/position-store.ts';
import { draftWarnings, keysOfDraft, numbersOfDraft, takenKeys } from './create-debt-position.ts';
import { type Actor, creditorToWriteFor } from './creditors.ts';
import { keep, keepChange, type PositionAction, state, type WriteResult, type Writing } from './position-writes.ts';

/** Which position is changed, and for whom. */
export interface ChangeOptions {
  actor: Actor;
  key: PositionKey;
  /** True: only a position of the archive (ACA); false: only one managed here; absent: either. */
  aca?: boolean;
}

/** Replaces the content of a position. */
export async function updateDebtPosition(
  writing: Writing,
  draft: PositionDraft,
  options: ChangeOptions & { publish: boolean },
): Promise<WriteResult> {
  const { key, actor, publish, aca } = options;
  const creditor = await creditorToWriteFor(writing.creditors, actor, key.creditorFiscalCode);
  if (!creditor.ok) return creditor;
  const covered = checkCovered(creditor.value.coverage, numbersOfDraft(draft));
  if (!covered.ok) return covered;
  return onPosition(writing, key, { coverage: creditor.value.coverage, aca, adds: true }, async (position, transaction, now) => {
    const updated = updatePosition(position, draft, { now, companyName: creditor.value.name, publish });
    if (!updated.ok) return updated;
    const keys = keysOfDraft(key.creditorFiscalCode, draft);
    const unused = checkUnused(draft, takenKeys(await findPositions(transaction, keys)));
    if (!unused.ok) return unused;
    const history = await numberHistory(transaction, keys);
    const revisionOf = (number: string): number => history.revisionOf(key.creditorFiscalCode, number);
    const settled = settle(position, history.withPayments(updated.value), { now, revisionOf });
    await keep(transaction, writing.outbox, [settled]);
    await history.forgetPlaced(transaction, [settled.after]);
    return allowed({ action: 'UPDATED', position: settled.after, warnings: draftWarnings(draft, creditor.value) });
  });
}

export function publishDebtPosition(writing: Writing, options: ChangeOptions): Promise<WriteResult> {
  return changeState(writing, options, 'PUBLISHED', publishPosition);
}

export function invalidateDebtPosition(writing: Writing, options: ChangeOptions): Promise<WriteResult> {
  return changeState(writing, options, 'INVALIDATED', invalidatePosition);
}

/** Deletes a position of which nothing is paid. Its numbers are free again. */
export async function deleteDebtPosition(writing: Writing, { actor, key, aca }: ChangeOptions): Promise<WriteResult> {
  const creditor = await creditorToWriteFor(writing.creditors, actor, key.creditorFiscalCode);
  if (!creditor.ok) return creditor;
  return onPosition(writing, key, { coverage: creditor.value.coverage, aca }, async (position, transaction, now) => {
    const deletable = deletePosition(position);
    if (!deletable.ok) return deletable;
    const stated = statedOnDeletion(position, now);
    await removePosition(transaction, key, stated);
    await state(transaction, writing.outbox, stated);
    return allowed({ action: 'DELETED', position, warnings: [] });
  });
}

async function changeState(
  writing: Writing,
  { actor, key, aca }: ChangeOptions,
  action: PositionAction,
  change: (position: DebtPosition, now: number) => Outcome<DebtPosition>,
): Promise<WriteResult> {
  const creditor = await creditorToWriteFor(writing.creditors, actor, key.creditorFiscalCode);
  if (!creditor.ok) return creditor;
  return onPosition(writing, key, { coverage: creditor.value.coverage, aca }, async (position, transaction, now) => {
    const changed = change(position, now);
    if (!changed.ok) return changed;
    return allowed({ action, position: await keepChange(transaction, writing.outbox, position, changed.value, now), warnings: [] });
  });
}

/** Works on the locked position, if there is one. `adds`: the work may give it new notice numbers. */
function onPosition(
  writing: Writing,
  key: PositionKey,
  { coverage, aca, adds = false }: { coverage: Coverage; aca: boolean | undefined; adds?: boolean },
  work: (position: DebtPosition, transaction: Transaction, now: number) => Promise<WriteResult>,
): Promise<WriteResult> {
  return retryingRaces(writing.database, async (transaction) => {
    if (adds) await shareArrivals(transaction, [key.creditorFiscalCode]);
    const [position] = await lockPositions(transaction, [key]);
    if (!position || (aca !== undefined && position.aca !== aca))
      return refused('NOT_FOUND', { path: 'iupd', message: 'is of no position of the creditor', expected: 'the IUPD of a position' });
    const numbers = instalmentsOf(position).map(({ instalment }) => instalment.noticeNumber);
    const covered = checkCovered(coverage, numbers);
    return covered.ok ? work(position, transaction, writing.clock.now()) : covered;
  });
}
