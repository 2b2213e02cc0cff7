/** Items as CSV, page by page. */
import type { Database } from '@nodo-aperto/kernel/database';
import { isEuroCents, toDecimal } from '@nodo-aperto/kernel/money';
import { toIso } from '@nodo-aperto/kernel/time';
import { stringify } from 'csv-stringify/sync';
import { type ItemFilter, type KeptItem, listItems } from '../../persistence/reconciliation/items.ts';

const PAGE = 1_000;

const euros = (cents: number | undefined): string => {
  if (cents === undefined) return '';
  // What several credits add up to may be more than an amount can be.
  return isEuroCents(cents) ? toDecimal(cents) : String(cents / 100);
};

const COLUMNS: readonly (readonly [string, (item: KeptItem) => string | number | undefined])[] = [
  ['id', ({ id }) => id],
  ['reason', ({ reason }) => reason],
  ['owner', ({ owner }) => owner],
  ['state', ({ state }) => state],
  ['day', ({ day }) => day],
  ['psp', ({ pspCode }) => pspCode],
  ['creditorFiscalCode', ({ creditorFiscalCode }) => creditorFiscalCode],
  ['flow', ({ flowName }) => flowName],
  ['revision', ({ flowRevision }) => flowRevision],
  ['lineIndex', ({ lineIndex }) => lineIndex],
  ['iuv', ({ iuv }) => iuv],
  ['iur', ({ iur }) => iur],
  ['idTransfer', ({ idTransfer }) => idTransfer],
  ['creditTransfers', ({ creditTransfers = [] }) => creditTransfers.join(' ')],
  ['expectedAmount', ({ expectedAmount }) => euros(expectedAmount)],
  ['foundAmount', ({ foundAmount }) => euros(foundAmount)],
  ['expected', ({ expected }) => expected],
  ['found', ({ found }) => found],
  ['foundAt', ({ foundAt }) => toIso(foundAt)],
  ['resolution', ({ resolution }) => resolution],
];

/** All items of a filter, newest first, with a header. Texts that a spreadsheet would take for formulas are quoted for it. */
export async function* exportItems(database: Database, filter: ItemFilter): AsyncGenerator<string> {
  const written = (rows: (string | number | undefined)[][]): string => stringify(rows, { escape_formulas: true, record_delimiter: '\r\n' });
  yield written([COLUMNS.map(([name]) => name)]);
  let rows: KeptItem[];
  let beforeId: number | undefined;
  do {
    rows = await listItems(database, filter, { limit: PAGE, beforeId });
    beforeId = rows.at(-1)?.id;
    if (rows.length > 0) yield written(rows.map((row) => COLUMNS.map(([, value]) => value(row))));
  } while (rows.length === PAGE);
}
