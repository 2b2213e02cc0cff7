/** Reads receipts, their recipients and the queue. Who may see what is decided on what is read: see `domain/visibility.ts`. */
import type { ReadDatabase } from '@nodo-aperto/kernel/database';
import type { FilterQuery } from '@mikro-orm/postgresql';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { type QueueFilter, queueTotals, type StationQueue } from '../persistence/queue-totals.ts';
import { listReceipts, type ReceiptFilter, type ReceiptSource } from '../persistence/receipt-lists.ts';
import { newestSteps, type RecipientStep } from '../persistence/steps.ts';
import { ReceiptRow, RecipientRow, StationStateRow } from '../persistence/tables.ts';

/** A receipt as it is now. */
export interface ReceiptFound {
  readonly row: ReceiptRow;
  /** In their order. */
  readonly recipients: readonly RecipientRow[];
}

/** An undelivered receipt at one recipient, with the state of its station. */
export interface QueueItem {
  readonly recipient: RecipientRow;
  /** The creditor's reference. */
  readonly iuv: string;
  readonly station: StationStateRow | undefined;
}

export interface Page {
  readonly size: number;
  readonly after: string | null;
}

export interface ReceiptReads {
  /** The receipts among these ids, in any order. */
  receipts(ids: readonly string[]): Promise<ReceiptFound[]>;
  /** The receipts of a source, newest first. */
  list(source: ReceiptSource, filter: ReceiptFilter, page: Page): Promise<Connection<ReceiptFound>>;
  /** The queue in the order in which it drains: that of payments. */
  queue(filter: QueueFilter, page: Page): Promise<Connection<QueueItem>>;
  /** What waits, station by station. */
  totals(filter: QueueFilter, page: Page & { readonly now: number }): Promise<Connection<StationQueue>>;
  /** The receipts of a cart, in their order. */
  cart(cartId: string): Promise<ReceiptFound[]>;
  /** The histories of the recipients of these receipts: the newest steps of each, oldest first. */
  steps(receiptIds: readonly string[]): Promise<RecipientStep[]>;
  stations(codes: readonly string[]): Promise<StationStateRow[]>;
}

export function receiptReads(database: ReadDatabase): ReceiptReads {
  const receipts = (ids: readonly string[]): Promise<ReceiptFound[]> =>
    database.read(async (manager) => {
      const rows = await manager.find(ReceiptRow, { receiptId: { $in: [...ids] } });
      const recipients = await manager.find(RecipientRow, { receiptId: { $in: [...ids] } }, { orderBy: { sequence: 'asc' } });
      return rows.map((row) => ({ row, recipients: recipients.filter((each) => each.receiptId === row.receiptId) }));
    });

  /** A page out of ids found in the order of the list, one more than its size. */
  async function pageOf(found: readonly { receiptId: string; sequence: number }[], size: number): Promise<Connection<ReceiptFound>> {
    const known = new Map((await receipts(found.map((each) => each.receiptId))).map((each) => [each.row.receiptId, each]));
    const items = found.flatMap(({ receiptId, sequence }) => {
      const receipt = known.get(receiptId);
      return receipt ? [{ receipt, sequence }] : [];
    });
    return toConnection(items, size, { cursor: ({ sequence }) => listCursor(sequence), node: ({ receipt }) => receipt });
  }

  return {
    receipts,
    async list(source, filter, { size, after }) {
      return pageOf(await listReceipts(database, source, filter, { before: sequenceOf(after), limit: size + 1 }), size);
    },
    async cart(cartId) {
      const rows = await database.query<{ receipt_id: string }>(
        'select receipt_id from receipt where cart_id = $1 order by sequence limit 5',
        [cartId],
      );
      const known = await receipts(rows.map((row) => row.receipt_id));
      return known.toSorted((left, right) => left.row.sequence - right.row.sequence);
    },
    async totals(filter, { size, after, now }) {
      const [past] = readListCursor(after, 1) ?? [];
      const options = { now, after: past === undefined ? undefined : String(past), limit: size + 1 };
      const rows = await queueTotals(database, filter, options);
      return toConnection(rows, size, { cursor: (row) => listCursor(row.stationCode), node: (row) => row });
    },
    async queue(filter, { size, after }) {
      const past = sequenceOf(after);
      const { withheld = [], ...narrowing } = filter;
      const where: FilterQuery<RecipientRow> = {
        deliveredAt: null,
        ...narrowing,
        ...(past !== undefined && { sequence: { $gt: past } }),
        ...(withheld.length > 0 && { $not: { creditorFiscalCode: { $in: [...withheld] } } }),
      };
      return database.read(async (manager) => {
        const rows = await manager.find(RecipientRow, where, { orderBy: { sequence: 'asc' }, limit: size + 1 });
        const states = await manager.find(StationStateRow, { stationCode: { $in: rows.map((row) => row.stationCode) } });
        const receiptRows = await manager.find(
          ReceiptRow,
          { receiptId: { $in: rows.map((row) => row.receiptId) } },
          { fields: ['receiptId', 'iuv'] },
        );
        const iuvOf = new Map(receiptRows.map((row) => [row.receiptId, row.iuv]));
        const stateOf = new Map(states.map((state) => [state.stationCode, state]));
        return toConnection(rows, size, {
          cursor: (row) => listCursor(row.sequence),
          node: (row) => ({ recipient: row, iuv: iuvOf.get(row.receiptId) ?? '', station: stateOf.get(row.stationCode) }),
        });
      });
    },
    steps: (receiptIds) => newestSteps(database, receiptIds),
    stations: (codes) => database.read((manager) => manager.find(StationStateRow, { stationCode: { $in: [...codes] } })),
  };
}

/** @throws InputError when the cursor is one of another list */
function sequenceOf(cursor: string | null): number | undefined {
  const values = readListCursor(cursor, 1);
  if (values === undefined) return undefined;
  const [sequence] = values;
  if (typeof sequence === 'number' && Number.isSafeInteger(sequence)) return sequence;
  throw InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');
}
