/** What every write of positions has in common: one transaction of rows and facts, and the result that callers get. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import type { InputIssue } from '@nodo-aperto/kernel/faults';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import type { Clock } from '@nodo-aperto/kernel/time';
import { noticeChanged, type NoticeSnapshot } from '@nodo-aperto/schema/events';
import type { Outcome } from '../domain/outcome.ts';
import type { DebtPosition } from '../domain/position.ts';
import { isChanged, settle, type Settled } from '../domain/settle.ts';
import { savePositions } from '../persistence/position-store.ts';
import type { Creditors } from './creditors.ts';

/** What the use cases work with. */
export interface Writing {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly creditors: Creditors;
  readonly clock: Clock;
  /** Draws the free part of notice numbers. */
  readonly random: RandomStream;
}

export type PositionAction = 'CREATED' | 'UPDATED' | 'PUBLISHED' | 'INVALIDATED' | 'DELETED' | 'MARKED_PAID';

/** A write that was done. */
export interface Written {
  action: PositionAction;
  /** As it is now; as it was last, when it was deleted. */
  position: DebtPosition;
  /** The notice that the write was about, when it was about one. */
  noticeNumber?: string;
  /** What is odd, without being refused. */
  warnings: readonly InputIssue[];
}
export type WriteResult = Outcome<Written>;

/** Keeps settled positions and states what changed of them. */
export async function keep(transaction: Transaction, outbox: Outbox, settled: readonly Settled[]): Promise<void> {
  const changed = settled.filter(isChanged);
  if (changed.length === 0) return;
  await savePositions(transaction, changed);
  await state(
    transaction,
    outbox,
    changed.flatMap(({ stated }) => stated),
  );
}

/** States facts about notices, in their order. */
export async function state(transaction: Transaction, outbox: Outbox, stated: readonly NoticeSnapshot[]): Promise<void> {
  if (stated.length > 0) await outbox.appendMany(transaction, noticeChanged, stated);
}

/** Settles a change of an existing position and keeps it. */
export async function keepChange(
  transaction: Transaction,
  outbox: Outbox,
  before: DebtPosition,
  after: DebtPosition,
  now: number,
): Promise<DebtPosition> {
  const settled = settle(before, after, { now });
  await keep(transaction, outbox, [settled]);
  return settled.after;
}
