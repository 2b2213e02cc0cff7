/** What is read of flows, page by page. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import { operativeDayBounds } from '@nodo-aperto/kernel/calendar';
import type { Database } from '@nodo-aperto/kernel/database';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { fromDate } from '@nodo-aperto/kernel/time';
import type { FlowLine } from '../domain/flow.ts';
import { mismatchesOf } from '../domain/match-line.ts';
import type { ReportableTransfer } from '../domain/reportable-transfers.ts';
import {
  type BookedBetween,
  type TransferCursor,
  type UnmatchedLine,
  unmatchedLines,
  unreportedTotals,
  unreportedTransfers,
} from '../persistence/booked-transfers.ts';
import { type FlowFilter, type FlowKey, flowsByKey, linesOfPayments, listFlows, newestRevision } from '../persistence/flow-reads.ts';
import { linesPast } from '../persistence/line-pages.ts';
import type { FlowLineRow, FlowRow } from '../persistence/tables.ts';
import { maySee, narrowed } from './visibility.ts';

export interface Page {
  size: number;
  after: string | null | undefined;
}

/** A line and the flow that it is in. */
export interface PlacedLine {
  line: FlowLine;
  flow: FlowRow;
}

export type CheckedLine = UnmatchedLine & { flow: FlowRow; mismatches: ReturnType<typeof mismatchesOf> };

/** What a PSP owes a creditor lines for. */
export interface Proposal {
  pspCode: string;
  creditorFiscalCode: string;
  /** The operative day of the payments, YYYY-MM-DD. */
  date: string;
}

/** A payment may have five transfers, each reported again by other flows. */
const MOST_LINES_OF_PAYMENT = 100;

export class FlowReads {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The flows of the keys, whoever may see them. */
  async flows(keys: readonly FlowKey[]): Promise<FlowRow[]> {
    return this.#database.read((manager) => flowsByKey(manager, keys));
  }

  /** The newest revision that the caller may see: for its PSP the draft, when there is one. */
  async newest(principal: Principal, name: { pspCode: string; name: string }): Promise<FlowRow | null> {
    const flow = await this.#database.read((manager) => newestRevision(manager, name, { published: principal.role === 'EC' }));
    return flow && maySee(principal, flow) ? flow : null;
  }

  /** The flows that the caller may see, newest first. */
  async list(principal: Principal, filter: FlowFilter, { size, after }: Page): Promise<Connection<FlowRow>> {
    const beforeId = afterNumber(after);
    const wanted = narrowed(principal, filter);
    const rows = wanted ? await this.#database.read((manager) => listFlows(manager, wanted, { limit: size + 1, beforeId })) : [];
    return toConnection(rows, size, { cursor: (row) => listCursor(row.id), node: (row) => row });
  }

  /** The lines of a flow, in order of index. */
  async lines(flow: FlowRow, { size, after }: Page): Promise<Connection<PlacedLine>> {
    const afterIndex = afterNumber(after) ?? 0;
    const lines = await linesPast(this.#database, flow.id, afterIndex, size + 1);
    return toConnection(lines, size, { cursor: (line) => listCursor(line.index), node: (line) => ({ line, flow }) });
  }

  /** The lines of a flow that do not agree with what was booked. */
  async unmatched(flow: FlowRow, { size, after }: Page): Promise<Connection<CheckedLine>> {
    const found = await unmatchedLines(this.#database, flow, { limit: size + 1, afterIndex: afterNumber(after) ?? 0 });
    return toConnection(found, size, {
      cursor: ({ line }) => listCursor(line.index),
      node: ({ line, booked }) => ({ line, booked, flow, mismatches: mismatchesOf(line, booked) }),
    });
  }

  /** The lines of final revisions that report the payments, as far as the caller may see them. */
  async linesOfPayments(principal: Principal, iurs: readonly string[]): Promise<PlacedLine[]> {
    const rows = await this.#database.read((manager) => linesOfPayments(manager, iurs, iurs.length * MOST_LINES_OF_PAYMENT));
    return rows.map((row) => ({ line: lineOf(row), flow: row.flow as FlowRow })).filter(({ flow }) => maySee(principal, flow));
  }

  proposalTotals(proposal: Proposal): Promise<{ payments: number; amount: number }> {
    return unreportedTotals(this.#database, dayOf(proposal));
  }

  /** Transfers that no flow reports yet, oldest first. */
  async proposed(proposal: Proposal, { size, after }: Page): Promise<Connection<ReportableTransfer & { bookedAt: number }>> {
    const found = await unreportedTransfers(this.#database, dayOf(proposal), { limit: size + 1, after: afterTransfer(after) });
    return toConnection(found, size, {
      cursor: ({ bookedAt, iur, idTransfer }) => listCursor(bookedAt, iur, idTransfer),
      node: (transfer) => transfer,
    });
  }
}

/** @throws InputError for a day that is no operative day */
export function dayOf({ date, ...rest }: Proposal): BookedBetween {
  const bounds = operativeDayBounds(date);
  if (!bounds)
    throw InputError.at('date', 'is no operative day', 'a working day in Italy; what is paid on other days belongs to the next one');
  return { ...rest, ...bounds };
}

function lineOf({ lineIndex, iuv, iur, idTransfer, amount, outcome, payDate }: FlowLineRow): FlowLine {
  return { index: lineIndex, iuv, iur, idTransfer, amount, outcome, payDate: fromDate(payDate) };
}

function wrongCursor(): InputError {
  return InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');
}

function afterNumber(after: string | null | undefined): number | undefined {
  const values = readListCursor(after, 1);
  if (!values) return undefined;
  const [value] = values;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrongCursor();
  return value;
}

function afterTransfer(after: string | null | undefined): TransferCursor | undefined {
  const values = readListCursor(after, 3);
  if (!values) return undefined;
  const [bookedAt, iur, idTransfer] = values;
  const whole = [bookedAt, idTransfer].every((value) => typeof value === 'number' && Math.abs(value) <= 8.64e15 && Number.isInteger(value));
  if (!whole || typeof iur !== 'string') throw wrongCursor();
  return { bookedAt: bookedAt as number, iur, idTransfer: idTransfer as number };
}
