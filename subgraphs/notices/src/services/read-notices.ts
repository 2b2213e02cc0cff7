/** Reads of notices and positions, as they count at the moment of the question. Who may ask is decided by the callers of this file. */
import type { Database } from '@nodo-aperto/kernel/database';
import { type Connection, listCursor, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import type { Clock } from '@nodo-aperto/kernel/time';
import { fromDate } from '@nodo-aperto/kernel/time';
import { InputError, invariant } from '@nodo-aperto/kernel/faults';
import { type DebtPosition, instalmentsOf, type Placed } from '../domain/position.ts';
import { settle } from '../domain/settle.ts';
import { creditorNotices, type NoticeCursor, type NoticeFilter, payableNotices } from '../persistence/notice-lists.ts';
import { listPositions, type PositionListQuery } from '../persistence/position-list.ts';
import { findPositions, loadPositions, type LookupKey, type PositionKey } from '../persistence/position-store.ts';
import type { NoticeRow } from '../persistence/tables.ts';

/** A notice with the position and option that it belongs to. */
export interface NoticeView extends Placed {
  readonly position: DebtPosition;
}

export interface NoticeKey {
  creditorFiscalCode: string;
  noticeNumber: string;
}

export interface PageOptions {
  size: number;
  after?: string | null;
}

export interface NoticeReads {
  /** Those of the notices that exist. */
  notices(keys: readonly NoticeKey[]): Promise<NoticeView[]>;
  position(key: PositionKey): Promise<DebtPosition | undefined>;
  /** Those of the positions that exist. */
  positionsOf(keys: readonly PositionKey[]): Promise<DebtPosition[]>;
  /** A numbered page of a creditor's positions, and how many there are in all. */
  positions(query: Omit<PositionListQuery, 'now'>): Promise<{ positions: DebtPosition[]; total: number }>;
  /** A creditor's notices, newest first. */
  ofCreditor(filter: NoticeFilter, page: PageOptions): Promise<Connection<NoticeView>>;
  /** The notices that somebody owes and can pay now, in the order in which they are due. */
  payableBy(debtorFiscalCode: string, page: PageOptions): Promise<Connection<NoticeView>>;
}

export function noticeReads({ database, clock }: { database: Database; clock: Clock }): NoticeReads {
  const load = async (keys: readonly PositionKey[]): Promise<DebtPosition[]> => {
    const positions = await loadPositions(database, distinct(keys));
    const now = clock.now();
    return positions.map((position) => atInstant(position, now));
  };
  const viewsOf = async (keys: readonly LookupKey[]): Promise<NoticeView[]> => {
    const now = clock.now();
    const positions = await findPositions(database, keys);
    return positions.map((position) => atInstant(position, now)).flatMap(views);
  };
  const page = async (rows: readonly NoticeRow[], size: number, orderedBy: (row: NoticeRow) => number): Promise<Connection<NoticeView>> => {
    const positions = await load(rows.slice(0, size));
    const byNumber = new Map(
      positions.flatMap(views).map((view) => [`${view.position.creditorFiscalCode}/${view.instalment.noticeNumber}`, view]),
    );
    // A notice deleted between the two reads is left out.
    const shown = rows.filter((row, index) => index >= size || byNumber.has(`${row.creditorFiscalCode}/${row.noticeNumber}`));
    return toConnection(shown, size - (rows.length - shown.length), {
      cursor: (row) => listCursor(orderedBy(row), row.creditorFiscalCode, row.noticeNumber),
      node: (row) => {
        const view = byNumber.get(`${row.creditorFiscalCode}/${row.noticeNumber}`);
        invariant(view !== undefined, 'a listed notice was loaded');
        return view;
      },
    });
  };
  return {
    async notices(keys) {
      const wanted = new Set(keys.map(({ creditorFiscalCode, noticeNumber }) => `${creditorFiscalCode}/${noticeNumber}`));
      return (await viewsOf(keys)).filter(({ position, instalment }) =>
        wanted.has(`${position.creditorFiscalCode}/${instalment.noticeNumber}`),
      );
    },
    position: async (key) => (await load([key]))[0],
    positionsOf: load,
    async positions(query) {
      const { keys, total } = await listPositions(database, { ...query, now: clock.now() });
      const byId = new Map((await load(keys)).map((position) => [position.iupd, position]));
      return { positions: keys.flatMap(({ iupd }) => byId.get(iupd) ?? []), total };
    },
    async ofCreditor(filter, { size, after }) {
      const options = { now: clock.now(), limit: size + 1, after: readCursor(after) };
      return page(await database.read((manager) => creditorNotices(manager, filter, options)), size, (row) => fromDate(row.createdAt));
    },
    async payableBy(debtorFiscalCode, { size, after }) {
      const options = { now: clock.now(), limit: size + 1, after: readCursor(after) };
      return page(await database.read((manager) => payableNotices(manager, debtorFiscalCode, options)), size, (row) =>
        fromDate(row.dueDate),
      );
    },
  };
}

/** The position with the statuses that it has now, whatever its rows say. */
function atInstant(position: DebtPosition, now: number): DebtPosition {
  return settle(position, position, { now }).after;
}

function views(position: DebtPosition): NoticeView[] {
  return instalmentsOf(position).map((placed) => ({ ...placed, position }));
}

function distinct(keys: readonly PositionKey[]): PositionKey[] {
  return [
    ...new Map(
      keys.map((key) => [`${key.creditorFiscalCode}/${key.iupd}`, { creditorFiscalCode: key.creditorFiscalCode, iupd: key.iupd }]),
    ).values(),
  ];
}

function readCursor(after: string | null | undefined): NoticeCursor | undefined {
  const values = readListCursor(after, 3);
  if (!values) return undefined;
  const [at, creditorFiscalCode, noticeNumber] = values;
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || typeof creditorFiscalCode !== 'string' || typeof noticeNumber !== 'string') {
    throw InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');
  }
  return { at, creditorFiscalCode, noticeNumber };
}
