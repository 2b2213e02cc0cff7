/** Pages of notices and positions: which ones, in which order. What they contain is loaded by their keys. */
import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql';
import { asDate } from '@nodo-aperto/kernel/time';
import type { PositionStatus } from '@nodo-aperto/schema/events';
import { NoticeRow } from './tables.ts';

/** What a list of a creditor's notices is narrowed to. */
export interface NoticeFilter {
  creditorFiscalCode: string;
  status?: PositionStatus;
}

/** Where a page begins: after the row with these values. */
export interface NoticeCursor {
  /** Epoch milliseconds: of its loading, or of its due date. */
  at: number;
  creditorFiscalCode: string;
  noticeNumber: string;
}

/**
 * Rows whose status at the instant is the one wanted, although the kept one may be behind: the SQL twin of the domain's
 * `noticeStatusAt`. Only time moves a status without a write: PUBLISHED to VALID to EXPIRED.
 */
function statusIs(status: PositionStatus, now: number): FilterQuery<NoticeRow> {
  const at = asDate(now);
  const stays = { $or: [{ expiresAt: null }, { expiresAt: { $gte: at } }] };
  switch (status) {
    case 'PUBLISHED':
      return { status, validFrom: { $gt: at } };
    case 'VALID':
      return { $and: [{ $or: [{ status }, { status: 'PUBLISHED', validFrom: { $lte: at } }] }, stays] };
    case 'EXPIRED':
      return { $or: [{ status }, { status: { $in: ['PUBLISHED', 'VALID'] }, expiresAt: { $lt: at } }] };
    default:
      return { status };
  }
}

/** A creditor's notices, newest first. */
export function creditorNotices(
  manager: EntityManager,
  filter: NoticeFilter,
  page: { now: number; limit: number; after?: NoticeCursor },
): Promise<NoticeRow[]> {
  const { creditorFiscalCode, status } = filter;
  const conditions: FilterQuery<NoticeRow>[] = [{ creditorFiscalCode }];
  if (status) conditions.push(statusIs(status, page.now));
  if (page.after) {
    const at = asDate(page.after.at);
    conditions.push({ $or: [{ createdAt: { $lt: at } }, { createdAt: at, noticeNumber: { $lt: page.after.noticeNumber } }] });
  }
  return manager.find(NoticeRow, { $and: conditions }, { orderBy: [{ createdAt: 'desc' }, { noticeNumber: 'desc' }], limit: page.limit });
}

/** The notices that somebody owes and can pay, those due first before others. */
export function payableNotices(
  manager: EntityManager,
  debtorFiscalCode: string,
  page: { now: number; limit: number; after?: NoticeCursor },
): Promise<NoticeRow[]> {
  const conditions: FilterQuery<NoticeRow>[] = [{ debtorFiscalCode, status: { $in: ['VALID', 'PUBLISHED'] } }, statusIs('VALID', page.now)];
  if (page.after) {
    const { at, creditorFiscalCode, noticeNumber } = page.after;
    const dueDate = asDate(at);
    conditions.push({
      $or: [
        { dueDate: { $gt: dueDate } },
        { dueDate, creditorFiscalCode: { $gt: creditorFiscalCode } },
        { dueDate, creditorFiscalCode, noticeNumber: { $gt: noticeNumber } },
      ],
    });
  }
  return manager.find(
    NoticeRow,
    { $and: conditions },
    { orderBy: [{ dueDate: 'asc' }, { creditorFiscalCode: 'asc' }, { noticeNumber: 'asc' }], limit: page.limit },
  );
}
