/** Items of a bulk load from NDJSON: one JSON object a line, of the thin or of the fuller model. */
import { InputError } from '@nodo-aperto/kernel/faults';
import { BATCH_SIZE, type StreamedItem } from '../../services/load-stream.ts';
import type { RawFields } from '../../services/read-thin-position.ts';
import { readPositionModel } from '../gpd-model.ts';
import { type Line, linesOf, LONGEST_LINE, NOT_UTF8, REPLACEMENT } from './lines.ts';

/** Whose positions are read, and whether into the archive: only it takes the thin model. */
export interface ItemContext {
  readonly creditorFiscalCode: string;
  readonly aca: boolean;
}

/** Batches of items, in the order of their lines. */
export async function* readNdjson(source: AsyncIterable<Uint8Array>, context: ItemContext): AsyncGenerator<StreamedItem[]> {
  let batch: StreamedItem[] = [];
  for await (const lines of linesOf(source)) {
    for (const line of lines) {
      batch.push(itemOf(line, context));
      if (batch.length < BATCH_SIZE) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function itemOf({ line, text }: Line, context: ItemContext): StreamedItem {
  if (text === undefined) {
    const issue = { path: '', message: 'the line is too long', expected: `a position of at most ${LONGEST_LINE} characters` };
    return { line, kind: 'UNREADABLE', issues: [issue] };
  }
  if (text.includes(REPLACEMENT)) return { line, kind: 'UNREADABLE', issues: [NOT_UTF8] };
  const value = parse(text);
  if (value === undefined) {
    const issue = { path: '', message: 'the line is not a JSON object', expected: 'one position as a JSON object' };
    return { line, kind: 'UNREADABLE', issues: [issue] };
  }
  return readItem(line, value, context);
}

/** A PaymentPositionModel is known by its `iupd` or `paymentOption`; anything else is what paCreatePosition takes. */
function readItem(line: number, value: RawFields, { creditorFiscalCode, aca }: ItemContext): StreamedItem {
  if (aca && !('iupd' in value || 'paymentOption' in value)) return { line, kind: 'THIN', fields: value };
  try {
    return { line, kind: 'FULL', ...readPositionModel(value, creditorFiscalCode) };
  } catch (error) {
    if (error instanceof InputError) return { line, kind: 'UNREADABLE', issues: error.issues };
    throw error;
  }
}

function parse(text: string): RawFields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RawFields) : undefined;
  } catch {
    return undefined;
  }
}
