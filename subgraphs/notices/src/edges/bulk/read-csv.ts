/** Items of a bulk load from CSV: a header with paCreatePosition's field names, then one position a line. */
import { Readable } from 'node:stream';
import { InputError } from '@nodo-aperto/kernel/faults';
import { type CsvError, parse } from 'csv-parse';
import { BATCH_SIZE, type StreamedItem } from '../../services/load-stream.ts';
import { ACA_FIELD_NAMES } from '../aca.ts';
import { LONGEST_LINE, NOT_UTF8, REPLACEMENT } from './lines.ts';

const COLUMNS: readonly string[] = Object.values(ACA_FIELD_NAMES);
const FLAGS: readonly string[] = [ACA_FIELD_NAMES.switchToExpired, ACA_FIELD_NAMES.payStandIn];

/** How much of the beginning is looked at to find out what separates the cells. */
const LONGEST_HEADER = 4_096;

/**
 * Batches of items, in the order of their lines. Comma or semicolon as the header has it, quotes as in RFC 4180; an empty cell is an
 * absent field; a record that cannot be read is refused, and the next one is read.
 * @throws InputError when the header is not one of paCreatePosition
 */
export async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedItem[]> {
  const { beginning, bytes } = await begin(source);
  const skipped: StreamedItem[] = [];
  const parser = Readable.from(bytes, { objectMode: false }).pipe(
    parse({
      bom: true,
      delimiter: beginning.includes(';') ? ';' : ',',
      columns: header,
      info: true,
      relax_column_count_less: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error) => void skipped.push(unreadable(error)),
      trim: true,
      max_record_size: LONGEST_LINE,
    }),
  );
  let batch: StreamedItem[] = [];
  for await (const { record, info } of parser as AsyncIterable<{ record: Record<string, string>; info: { lines: number } }>) {
    batch.push(...skipped.splice(0), itemOf(info.lines, record));
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  batch.push(...skipped);
  if (batch.length > 0) yield batch;
}

/** The first line, and all bytes with it. */
async function begin(source: AsyncIterable<Uint8Array>): Promise<{ beginning: string; bytes: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let done = false;
  while (!done && !head.includes(10) && head.length < LONGEST_HEADER) {
    const next = await iterator.next();
    if (next.done) done = true;
    else head = Buffer.concat([head, next.value]);
  }
  const bytes = (async function* all() {
    if (head.length > 0) yield head;
    if (!done) yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  return { beginning: head.toString('utf8').split('\n')[0] ?? '', bytes };
}

function unreadable(error: CsvError | undefined): StreamedItem {
  const issue = { path: '', message: 'the record cannot be read', expected: 'cells and quotes as in RFC 4180, as many as the header has' };
  return { line: Number(error?.['lines'] ?? 0), kind: 'UNREADABLE', issues: [issue] };
}

function header(names: string[]): string[] {
  const unknown = names.find((name) => !COLUMNS.includes(name));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (unknown !== undefined) throw InputError.at('header', `has the unknown column "${unknown}"`, `columns of ${COLUMNS.join(', ')}`);
  if (repeated !== undefined) throw InputError.at('header', `has the column "${repeated}" twice`, 'each column once');
  return names;
}

function itemOf(line: number, record: Record<string, string>): StreamedItem {
  if (Object.values(record).some((text) => text.includes(REPLACEMENT))) return { line, kind: 'UNREADABLE', issues: [NOT_UTF8] };
  return { line, kind: 'THIN', fields: fieldsOf(record) };
}

/** Cells are text: amounts and flags become what they say, anything else stays and is refused field by field. */
function fieldsOf(record: Record<string, string>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(record)) {
    if (text === '') continue;
    if (name === ACA_FIELD_NAMES.amount && /^\d{1,12}$/.test(text)) fields[name] = Number(text);
    else if (FLAGS.includes(name) && (text === 'true' || text === 'false')) fields[name] = text === 'true';
    else fields[name] = text;
  }
  return fields;
}
