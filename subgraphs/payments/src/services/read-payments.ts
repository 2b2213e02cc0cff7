/** Reads payments and their notices, as far as the caller may see them. */
import type { FilterQuery } from '@mikro-orm/postgresql';
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database, ReadDatabase } from '@nodo-aperto/kernel/database';
import { type Connection, listCursor, pageSize, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { NoticePaymentStatus, PaymentStatus } from '@nodo-aperto/schema/events';
import type { NoticeKey } from '../persistence/notice-queries.ts';
import { NoticeRow, NoticeStatusChangeRow, PaymentRow, PaymentStatusChangeRow } from '../persistence/tables.ts';
import { visiblePayments } from '../persistence/visibility.ts';

export interface PaymentFilter {
  readonly creditorFiscalCode?: string | undefined;
  readonly pspCode?: string | undefined;
  readonly noticeNumber?: string | undefined;
  readonly stationCode?: string | undefined;
  readonly statuses?: readonly PaymentStatus[] | undefined;
  readonly standIn?: boolean | undefined;
}

export interface Page {
  readonly after?: string | null | undefined;
  readonly first?: number | null | undefined;
}

/** The payments of the tokens that the caller may see. */
export async function findPayments(
  database: Database,
  principal: Principal | undefined,
  paymentTokens: readonly string[],
): Promise<PaymentRow[]> {
  const visible = visiblePayments(principal, 'ONE');
  if (!visible) return [];
  return database.read((manager) => manager.find(PaymentRow, both(visible, { paymentToken: { $in: [...paymentTokens] } })));
}

/** A page of payments, the newest first. */
export async function listPayments(
  database: ReadDatabase,
  principal: Principal | undefined,
  filter: PaymentFilter,
  page: Page,
): Promise<Connection<PaymentRow>> {
  const size = pageSize(page.first);
  const after = readListCursor(page.after, 2);
  const visible = visiblePayments(principal, filter.noticeNumber === undefined ? 'LIST' : 'ONE');
  if (!visible) return toConnection([], size, { cursor: () => '', node: (row: PaymentRow) => row });
  const where: FilterQuery<PaymentRow>[] = [visible, wanted(filter)];
  if (after) {
    const [at, token] = [asDate(Number(after[0])), String(after[1])];
    where.push({ $or: [{ activatedAt: { $lt: at } }, { activatedAt: at, paymentToken: { $lt: token } }] });
  }
  const rows = await database.read((manager) =>
    manager.find(PaymentRow, both(...where), { orderBy: [{ activatedAt: 'desc' }, { paymentToken: 'desc' }], limit: size + 1 }),
  );
  return toConnection(rows, size, { cursor: (row) => listCursor(fromDate(row.activatedAt), row.paymentToken), node: (row) => row });
}

/** A page of open sessions, the oldest first: those that end next. */
export async function listSessions(
  database: Database,
  principal: Principal | undefined,
  filter: PaymentFilter,
  page: Page,
): Promise<Connection<PaymentRow>> {
  const size = pageSize(page.first);
  const after = readListCursor(page.after, 2);
  const visible = visiblePayments(principal, 'LIST');
  if (!visible) return toConnection([], size, { cursor: () => '', node: (row: PaymentRow) => row });
  const where: FilterQuery<PaymentRow>[] = [visible, wanted({ ...filter, statuses: ['PAYING'] })];
  if (after) {
    const [at, token] = [asDate(Number(after[0])), String(after[1])];
    where.push({ $or: [{ expiresAt: { $gt: at } }, { expiresAt: at, paymentToken: { $gt: token } }] });
  }
  const rows = await database.read((manager) =>
    manager.find(PaymentRow, both(...where), { orderBy: [{ expiresAt: 'asc' }, { paymentToken: 'asc' }], limit: size + 1 }),
  );
  return toConnection(rows, size, { cursor: (row) => listCursor(fromDate(row.expiresAt), row.paymentToken), node: (row) => row });
}

/** A state and when it began, epoch milliseconds. */
export interface StatusChange<Status extends string> {
  readonly status: Status;
  readonly at: number;
}

export interface PaymentHistory {
  readonly paymentToken: string;
  readonly changes: readonly StatusChange<PaymentStatus>[];
}

/** The histories of payments, in order. Whoever sees a payment may see its history. */
export async function paymentHistories(database: Database, paymentTokens: readonly string[]): Promise<PaymentHistory[]> {
  const rows = await database.read((manager) =>
    manager.find(PaymentStatusChangeRow, { paymentToken: { $in: [...paymentTokens] } }, { orderBy: { id: 'asc' } }),
  );
  return paymentTokens.map((paymentToken) => ({
    paymentToken,
    changes: rows.filter((row) => row.paymentToken === paymentToken).map(changeOf),
  }));
}

export interface NoticePaymentState extends NoticeKey {
  /** Undefined when nobody has activated the notice. */
  readonly status: NoticePaymentStatus | undefined;
  readonly history: readonly StatusChange<NoticePaymentStatus>[];
}

/**
 * How notices stand, with their histories in order: those of which the caller sees at least one payment. A notice without payments has
 * no state, so whoever may see it misses nothing.
 */
export async function noticeStates(
  database: Database,
  principal: Principal | undefined,
  notices: readonly NoticeKey[],
): Promise<NoticePaymentState[]> {
  const seen = await noticesSeen(database, principal, notices);
  if (seen.length === 0) return [];
  const [states, changes] = await Promise.all([
    database.read((manager) => manager.find(NoticeRow, { $or: seen })),
    database.read((manager) => manager.find(NoticeStatusChangeRow, { $or: seen }, { orderBy: { id: 'asc' } })),
  ]);
  return seen.map((notice) => ({
    ...notice,
    status: states.find((row) => isOf(row, notice))?.status ?? undefined,
    history: changes.filter((row) => isOf(row, notice)).map(changeOf),
  }));
}

async function noticesSeen(database: Database, principal: Principal | undefined, notices: readonly NoticeKey[]): Promise<NoticeKey[]> {
  const visible = visiblePayments(principal, 'ONE');
  if (!visible) return [];
  const keys = { $or: notices.map(({ creditorFiscalCode, noticeNumber }) => ({ creditorFiscalCode, noticeNumber })) };
  return database.read((manager) =>
    manager
      .createQueryBuilder(PaymentRow, 'payment')
      .select(['creditorFiscalCode', 'noticeNumber'], true)
      .where(both(visible, keys) as object)
      .execute<{ creditorFiscalCode: string; noticeNumber: string }[]>('all'),
  );
}

function changeOf<Status extends string>({ status, at }: { status: Status; at: Date }): StatusChange<Status> {
  return { status, at: fromDate(at) };
}

function isOf(row: NoticeKey, notice: NoticeKey): boolean {
  return row.creditorFiscalCode === notice.creditorFiscalCode && row.noticeNumber === notice.noticeNumber;
}

function wanted(filter: PaymentFilter): FilterQuery<PaymentRow> {
  const { creditorFiscalCode, pspCode, noticeNumber, stationCode, statuses, standIn } = filter;
  return {
    ...(creditorFiscalCode !== undefined && { creditorFiscalCode }),
    ...(pspCode !== undefined && { pspCode }),
    ...(noticeNumber !== undefined && { noticeNumber }),
    ...(stationCode !== undefined && { stationCode }),
    ...(statuses !== undefined && { status: { $in: [...statuses] } }),
    ...(standIn !== undefined && { standIn }),
  };
}

function both(...conditions: readonly FilterQuery<PaymentRow>[]): FilterQuery<PaymentRow> {
  const some = conditions.filter((condition) => Object.keys(condition as object).length > 0);
  return (some.length === 0 ? {} : { $and: some }) as FilterQuery<PaymentRow>;
}
