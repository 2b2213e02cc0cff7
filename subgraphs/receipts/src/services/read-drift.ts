/** The amount-drift report (disavanzo): payments made in Stand-In, what was paid and what they were worth; page by page, in sums, as CSV. */
import type { Database } from '@nodo-aperto/kernel/database';
import { InputError, LimitError } from '@nodo-aperto/kernel/faults';
import { type Connection, listCursor, readListCursor, toConnection } from '@nodo-aperto/kernel/graphql';
import { toOffsetIso } from '@nodo-aperto/kernel/time';
import { stringify } from 'csv-stringify/sync';
import { driftOf } from '../domain/amount-drift.ts';
import { type DriftFilter, type DriftLine, driftLines, type DriftTotals, driftTotals } from '../persistence/stand-in-payments.ts';

export interface DriftReads {
  lines(filter: DriftFilter, page: { size: number; after: string | null }): Promise<Connection<DriftLine>>;
  totals(filter: DriftFilter): Promise<DriftTotals>;
  /** The report as CSV with a header and a last line of sums, in pieces. @throws LimitError when it is too long for one file */
  csv(filter: DriftFilter): Promise<AsyncIterable<string>>;
}

const LONGEST_FILE = 500_000;
const LINES_AT_ONCE = 1_000;
const COLUMNS = [
  'paymentToken',
  'creditorFiscalCode',
  'noticeNumber',
  'iuv',
  'stationCode',
  'paidAt',
  'paid',
  'actual',
  'difference',
  'learntAt',
  'learntFrom',
];

export function driftReads(database: Database): DriftReads {
  return {
    async lines(filter, { size, after }) {
      const lines = await driftLines(database, filter, { after: placeOf(after), limit: size + 1 });
      return toConnection(lines, size, { cursor: (line) => listCursor(line.paidAt, line.paymentToken), node: (line) => line });
    },
    totals: (filter) => driftTotals(database, filter),
    async csv(filter) {
      const totals = await driftTotals(database, filter);
      if (totals.payments > LONGEST_FILE) {
        throw new LimitError(`The report has ${totals.payments} lines; one file has at most ${LONGEST_FILE}. Ask for a shorter period.`);
      }
      return csvOf(database, filter, totals);
    },
  };
}

async function* csvOf(database: Database, filter: DriftFilter, totals: DriftTotals): AsyncGenerator<string> {
  yield stringify([COLUMNS]);
  let after: { paidAt: number; paymentToken: string } | undefined;
  for (;;) {
    const lines = await driftLines(database, filter, { after, limit: LINES_AT_ONCE });
    if (lines.length > 0) yield stringify(lines.map(fieldsOf));
    after = lines.at(-1);
    if (lines.length < LINES_AT_ONCE) break;
  }
  const { paid, actual, knownPaid } = totals;
  yield stringify([['TOTAL', '', '', '', '', '', euros(paid), euros(actual), euros(driftOf(knownPaid, actual)), '', '']]);
}

function fieldsOf(line: DriftLine): string[] {
  const { actual, learntAt } = line;
  return [
    line.paymentToken,
    line.creditorFiscalCode,
    line.noticeNumber,
    line.iuv,
    line.stationCode,
    toOffsetIso(line.paidAt),
    euros(line.paid),
    actual === undefined ? '' : euros(actual),
    actual === undefined ? '' : euros(driftOf(line.paid, actual)),
    learntAt === undefined ? '' : toOffsetIso(learntAt),
    line.occasion ?? '',
  ];
}

/** Sums may be beyond what one payment can be, and differences below zero. */
function euros(cents: number): string {
  const size = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`;
}

function placeOf(cursor: string | null): { paidAt: number; paymentToken: string } | undefined {
  const values = readListCursor(cursor, 2);
  if (values === undefined) return undefined;
  const [paidAt, paymentToken] = values;
  if (typeof paidAt === 'number' && Number.isSafeInteger(paidAt) && typeof paymentToken === 'string') return { paidAt, paymentToken };
  throw InputError.at('after', 'the cursor is not one of this list', 'the endCursor or an edge cursor of an earlier page');
}
