/** Reads credits from a CSV file as it arrives. */
import { Readable } from 'node:stream';
import { InputError } from '@nodo-aperto/kernel/faults';
import { isLocalDate } from '@nodo-aperto/kernel/time';
import { type CsvError, parse } from 'csv-parse';
import type { StatementPart } from './statement-part.ts';

/** The header's columns; others are not looked at. */
const CSV_COLUMNS = ['reference', 'valueDate', 'amount', 'causale', 'iban'] as const;
const LONGEST_RECORD = 4_096;

/**
 * The credits of a file with a header; comma or semicolon between the columns, quotes where needed. It covers the days from the first to the
 * last of its lines.
 * @throws InputError for a file that is no such CSV
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<StatementPart> {
  const texts = decoded(chunks);
  const beginning = await untilLineEnd(texts);
  const parser = parse({
    bom: true,
    columns: headerOf,
    // Of the two that are in use the one in the header: amounts may be written with a comma.
    delimiter: (/^[^\r\n]*/.exec(beginning)?.[0] ?? '').includes(';') ? ';' : ',',
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: LONGEST_RECORD,
  });
  const source = Readable.from(after(beginning, texts));
  source.on('error', (error) => parser.destroy(error));
  let line = 0;
  try {
    for await (const record of source.pipe(parser) as AsyncIterable<Record<string, string | undefined>>) {
      line += 1;
      const { valueDate } = record;
      if (valueDate !== undefined && isLocalDate(valueDate)) yield { from: valueDate, to: valueDate };
      yield { line, credit: record };
    }
  } catch (error) {
    const { code } = error as CsvError;
    if (typeof code !== 'string' || !code.startsWith('CSV_')) throw error;
    throw InputError.at(
      'statement',
      `is no CSV that can be read, after ${line} lines`,
      'lines of columns, with quotes around text that has separators',
    );
  } finally {
    source.destroy();
  }
}

/** As much as the first line, when it is no longer than a line may be. */
async function untilLineEnd(texts: AsyncIterator<string>): Promise<string> {
  let beginning = '';
  while (!/[\r\n]/.test(beginning) && beginning.length <= LONGEST_RECORD) {
    const { done, value } = await texts.next();
    if (done) break;
    beginning += value;
  }
  return beginning;
}

async function* after(beginning: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield beginning;
  yield* rest;
}

function headerOf(header: string[]): string[] {
  const missing = CSV_COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0)
    throw InputError.at(
      'statement',
      `lacks the columns ${missing.join(', ')}`,
      `a header with ${CSV_COLUMNS.join(', ')} and, if wanted, payer`,
    );
  return header;
}

/** @throws InputError for what is not UTF-8 */
export async function* decoded(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw InputError.at('statement', 'is not valid UTF-8', 'a file in UTF-8');
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}
