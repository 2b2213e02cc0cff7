import { invariant } from '@nodo-aperto/kernel/faults';
import type { NoticeSnapshot } from '@nodo-aperto/schema/events';
import { noticeSnapshotOf } from './notice-snapshot.ts';
import { noticeStatusAt } from './notice-status.ts';
import { type DebtPosition, type Instalment, instalmentsOf, type PaymentOption } from './position.ts';
import { positionStatusAt } from './position-status.ts';

/** A change that is ready to be kept: the position as it will be, and the notices to be stated. */
export interface Settled {
  readonly before: DebtPosition | undefined;
  readonly after: DebtPosition;
  /** One per notice that is not as it was; also those that the position no longer has, marked as deleted. */
  readonly stated: readonly NoticeSnapshot[];
}

export interface SettleContext {
  /** Epoch milliseconds. */
  now: number;
  /** The last revision of a notice number that was deleted before: its successor goes on from there. */
  revisionOf?(noticeNumber: string): number;
}

/**
 * Brings statuses up to the instant and gives a new revision to whatever changed, and only to that: a repeated command changes
 * nothing and states nothing. Revisions of one notice number never go back, not even when it was deleted in between.
 */
export function settle(before: DebtPosition | undefined, after: DebtPosition, context: SettleContext): Settled {
  const { now } = context;
  const earlier = new Map(before && instalmentsOf(before).map((placed) => [placed.instalment.noticeNumber, placed]));
  const stated: NoticeSnapshot[] = [];
  const options = after.options.map((option) => ({
    ...option,
    instalments: option.instalments.map((instalment) => {
      const known = earlier.get(instalment.noticeNumber);
      earlier.delete(instalment.noticeNumber);
      const status = noticeStatusAt(after, option, instalment, now);
      const last = known?.instalment.revision ?? context.revisionOf?.(instalment.noticeNumber) ?? 0;
      const current = {
        ...instalment,
        status,
        createdAt: known?.instalment.createdAt ?? now,
        updatedAt: known?.instalment.updatedAt ?? now,
        revision: last,
      };
      if (known && before && content(before, known.option, known.instalment) === content(after, option, current)) return current;
      const next = { ...current, updatedAt: now, revision: last + 1 };
      stated.push(noticeSnapshotOf(after, option, next));
      return next;
    }),
  }));
  const removed = [...earlier.values()].map(({ option, instalment }) => deletedNotice(before, option, instalment, now));
  const status = positionStatusAt(after, now);
  const changed = !before || stated.length + removed.length > 0 || before.status !== status || frame(before) !== frame(after);
  const revision = before?.revision ?? 0;
  return {
    before,
    after: { ...after, options, status, updatedAt: changed ? now : after.updatedAt, revision: changed ? revision + 1 : revision },
    stated: [...stated, ...removed],
  };
}

/** Whether there is anything to keep. */
export function isChanged({ before, after }: Settled): boolean {
  return before?.revision !== after.revision;
}

/** The last facts of a position that goes away: a deleted notice is unknown to whoever pays, as a draft is. */
export function statedOnDeletion(position: DebtPosition, now: number): NoticeSnapshot[] {
  return instalmentsOf(position).map(({ option, instalment }) => deletedNotice(position, option, instalment, now));
}

function deletedNotice(position: DebtPosition | undefined, option: PaymentOption, instalment: Instalment, now: number): NoticeSnapshot {
  invariant(position !== undefined, 'only a position that existed has notices to delete');
  return {
    ...noticeSnapshotOf(position, option, { ...instalment, status: 'DRAFT', updatedAt: now, revision: instalment.revision + 1 }),
    deleted: true,
  };
}

/** All that is kept of a notice, except the marks of the change itself. */
function content(position: DebtPosition, option: PaymentOption, instalment: Instalment): string {
  const { instalments: _, ...ofOption } = option;
  const { updatedAt: _at, revision: _revision, ...snapshot } = noticeSnapshotOf(position, option, instalment);
  const { retentionDate, fee, payment, transfers } = instalment;
  return JSON.stringify([sorted(snapshot), sorted(ofOption), retentionDate ?? null, fee ?? null, sorted(payment), sorted(transfers)]);
}

/** What the position has besides its options. */
function frame(position: DebtPosition): string {
  const { options: _, status: _status, updatedAt: _at, revision: _revision, ...rest } = position;
  return JSON.stringify(sorted(rest));
}

/** The same value with its keys in one order: what was read from the database must compare equal to what was made. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}
