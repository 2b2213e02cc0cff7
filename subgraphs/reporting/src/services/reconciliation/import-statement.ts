import { InputError, invariant, NotFoundError } from '@nodo-aperto/kernel/faults';
import { isCreditorFiscalCode } from '@nodo-aperto/kernel/identifiers';
import type { LocalDate } from '@nodo-aperto/kernel/time';
import { type CreditLine, type LineError, readLine, type StatementLine } from '../../domain/reconciliation/statement-line.ts';
import {
  countImport,
  insertImport,
  keepCredits,
  lockImports,
  type StatementFormat,
} from '../../persistence/reconciliation/credit-transfers.ts';
import type { Writing } from '../writing.ts';
import { readCamt } from './read-camt.ts';
import { readCsv } from './read-csv.ts';
import type { StatementPart } from './statement-part.ts';

export interface ImportError {
  /** Place of the credit in the file, from 1; of a CSV the header is not counted. */
  line: number;
  field: string;
  message: string;
}

export interface StatementImport {
  id: number;
  added: number;
  /** Known from an earlier import. */
  unchanged: number;
  /** Not about the platform's payments, or no credits. */
  leftOut: number;
  refused: number;
  /** The first hundred. */
  errors: ImportError[];
  fromDay?: LocalDate;
  toDay?: LocalDate;
}

/** What a statement has at most; what is left out counts as well. */
const MOST_STATEMENT_LINES = 50_000;
const MOST_ERRORS = 100;
const KEPT_AT_ONCE = 1_000;

/** A credit that can be kept, beside its place. */
interface Placed {
  line: number;
  credit: CreditLine;
}

/** What was read of a file. */
interface Reading {
  credits: Placed[];
  leftOut: number;
  refused: number;
  errors: ImportError[];
  from: LocalDate | undefined;
  to: LocalDate | undefined;
}

/**
 * Imports a creditor's statement. Nothing is kept of a file that cannot be read to its end; a line that is wrong is told and stops no other. The
 * same file again, or one that overlaps with it, adds what is new.
 * @param chunks the file, UTF-8
 * @throws InputError for a file that is no statement or too large, NotFoundError for an unknown creditor
 */
export async function importStatement(
  writing: Writing,
  statement: { creditorFiscalCode: string; format: StatementFormat; by: string },
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<StatementImport> {
  const { creditorFiscalCode, format } = statement;
  const creditor = isCreditorFiscalCode(creditorFiscalCode) && (await writing.directory.creditorInstitution(creditorFiscalCode));
  if (!creditor) throw new NotFoundError('The directory has no such creditor institution.');
  const reading = await read(format === 'CSV' ? readCsv(chunks) : readCamt(chunks));
  const { leftOut, from, to } = reading;
  const days = from !== undefined && to !== undefined && from <= to ? { fromDay: from, toDay: to } : {};
  return writing.database.transaction(async (transaction) => {
    await lockImports(transaction, creditorFiscalCode);
    const id = await insertImport(transaction, { ...statement, ...days, leftOut }, writing.clock.now());
    const counts = { added: 0, unchanged: 0, refused: reading.refused };
    const errors = [...reading.errors];
    for (let at = 0; at < reading.credits.length; at += KEPT_AT_ONCE) {
      const batch = reading.credits.slice(at, at + KEPT_AT_ONCE);
      const kept = await keepCredits(
        transaction,
        id,
        creditorFiscalCode,
        batch.map(({ credit }) => credit),
      );
      for (const [place, { line }] of batch.entries()) {
        if (kept[place] === 'ADDED') counts.added += 1;
        else if (kept[place] === 'UNCHANGED') counts.unchanged += 1;
        else {
          counts.refused += 1;
          errors.push({ line, field: 'reference', message: 'is that of another credit: day, amount or causale differ' });
        }
      }
    }
    await countImport(transaction, id, counts);
    errors.sort((one, other) => one.line - other.line);
    return { id, leftOut, ...counts, errors: errors.slice(0, MOST_ERRORS), ...days };
  });
}

async function read(parts: AsyncIterable<StatementPart>): Promise<Reading> {
  const reading: Reading = { credits: [], leftOut: 0, refused: 0, errors: [], from: undefined, to: undefined };
  const known = new Map<string, CreditLine>();
  let lines = 0;
  for await (const part of parts) {
    if ('from' in part) widen(reading, part.from, part.to);
    else if ('skipped' in part) reading.leftOut += part.skipped;
    else take(reading, known, part.line, part.credit);
    lines += 'from' in part ? 0 : 1;
    if (lines > MOST_STATEMENT_LINES)
      throw InputError.at('statement', 'has too many lines', `up to ${MOST_STATEMENT_LINES}; send it in parts`);
  }
  return reading;
}

function widen(reading: Reading, from: LocalDate, to: LocalDate): void {
  if (reading.from === undefined || from < reading.from) reading.from = from;
  if (reading.to === undefined || to > reading.to) reading.to = to;
}

function take(reading: Reading, known: Map<string, CreditLine>, line: number, written: StatementLine): void {
  const credit = readLine(written);
  if (!credit) {
    reading.leftOut += 1;
    return;
  }
  const refuse = (errors: readonly LineError[]): void => {
    reading.refused += 1;
    if (reading.errors.length < MOST_ERRORS) reading.errors.push(...errors.map((error) => ({ line, ...error })));
  };
  if ('errors' in credit) {
    refuse(credit.errors);
    return;
  }
  const key = `${credit.iban}/${credit.reference}`;
  if (known.has(key)) {
    refuse([{ field: 'reference', message: 'is there twice in this statement' }]);
    return;
  }
  known.set(key, credit);
  invariant(known.size <= MOST_STATEMENT_LINES, 'a statement is bounded');
  reading.credits.push({ line, credit });
}
