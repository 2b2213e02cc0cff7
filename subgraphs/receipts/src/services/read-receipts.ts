/** Reads receipts, their recipients and the queue. Who may see what is decided on what is read: see `domain/visibility.ts`. */
import type { Database } from '@nodo-aperto/kernel/database';
import type { FilterQuery } from '@mikro-orm/postgresql';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
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
  readonly station: StationStateRow | undefined;
}

export interface Page {
  readonly size: number;
  readonly after: string | null;
}

/** What narrows a list of undelivered receipts; all that is given must hold. */
export interface QueueFilter {
  readonly stationCode?: string;
  readonly creditorFiscalCode?: string;
  readonly brokerCode?: string;
}

export interface ReceiptReads {
  /** The receipts among these ids, in any order. */
  receipts(ids: readonly string[]): Promise<ReceiptFound[]>;
  /** The receipts of a party (all parties when undefined), newest first. `alsoOf`: only those that are this party's as well. */
  list(party: string | undefined, alsoOf: string | undefined, page: Page): Promise<Connection<ReceiptFound>>;
  /** The receipts that a recipient lacks, newest first. */
  listPending(filter: QueueFilter, page: Page): Promise<Connection<ReceiptFound>>;
  /** The queue in the order in which it drains: that of payments. */
  queue(filter: QueueFilter, page: Page): Promise<Connection<QueueItem>>;
  /** The histories of the recipients of these receipts: the newest steps of each, oldest first. */
  steps(receiptIds: readonly string[]): Promise<RecipientStep[]>;
  stations(codes: readonly string[]): Promise<StationStateRow[]>;
}

export function receiptReads(database: Database): ReceiptReads {
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
    async list(party, alsoOf, { size, after }) {
      const before = sequenceOf(after);
      if (party === undefined && alsoOf === undefined) {
        const where = before === undefined ? {} : { sequence: { $lt: before } };
        const rows = await database.read((manager) =>
          manager.find(ReceiptRow, where, { orderBy: { sequence: 'desc' }, limit: size + 1, fields: ['receiptId', 'sequence'] }),
        );
        return pageOf(rows, size);
      }
      const parties = [...new Set([party, alsoOf].filter((each) => each !== undefined))];
      const rows = await database.query<{ receipt_id: string; sequence: number }>(
        `select receipt_id, sequence from receipt_party as listed where party = $1 and ($2::bigint is null or sequence < $2::bigint)
          and ($3::text is null or exists (select 1 from receipt_party as other where other.party = $3 and other.sequence = listed.sequence))
          order by sequence desc limit $4`,
        [parties[0], before ?? null, parties[1] ?? null, size + 1],
      );
      return pageOf(
        rows.map(({ receipt_id: receiptId, sequence }) => ({ receiptId, sequence })),
        size,
      );
    },
    async listPending(filter, { size, after }) {
      const rows = await database.query<{ receipt_id: string; sequence: number }>(
        `select distinct receipt.receipt_id, receipt.sequence from recipient join receipt using (receipt_id)
          where recipient.status <> 'NOTIFIED' and ($1::text is null or recipient.station_code = $1)
            and ($2::text is null or recipient.creditor_fiscal_code = $2) and ($3::text is null or recipient.broker_code = $3)
            and ($4::bigint is null or receipt.sequence < $4::bigint) order by receipt.sequence desc limit $5`,
        [filter.stationCode ?? null, filter.creditorFiscalCode ?? null, filter.brokerCode ?? null, sequenceOf(after) ?? null, size + 1],
      );
      return pageOf(
        rows.map(({ receipt_id: receiptId, sequence }) => ({ receiptId, sequence })),
        size,
      );
    },
    async queue(filter, { size, after }) {
      const past = sequenceOf(after);
      const where: FilterQuery<RecipientRow> = {
        status: { $ne: 'NOTIFIED' },
        ...filter,
        ...(past !== undefined && { sequence: { $gt: past } }),
      };
      return database.read(async (manager) => {
        const rows = await manager.find(RecipientRow, where, { orderBy: { sequence: 'asc' }, limit: size + 1 });
        const states = await manager.find(StationStateRow, { stationCode: { $in: rows.map((row) => row.stationCode) } });
        const stateOf = new Map(states.map((state) => [state.stationCode, state]));
        return toConnection(rows, size, {
          cursor: (row) => listCursor(row.sequence),
          node: (row) => ({ recipient: row, station: stateOf.get(row.stationCode) }),
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
