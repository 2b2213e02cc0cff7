/** The print that may be asked for in the same call as a position. */
import { ExposedError } from '@nodo-aperto/kernel/faults';
import type { WriteResult } from '../services/position-writes.ts';
import { noticesToPrint } from '../services/print-existing.ts';
import { requestFolder } from '../services/print-notices.ts';
import { type NoticesContext, writerOf } from './context.ts';
import type { PositionPayload } from './payloads.ts';
import { storedItems } from './print-resolver.ts';
import { presentFolder } from './print-types.ts';

const PRINTED = ['CREATED', 'UPDATED', 'PUBLISHED'];

/**
 * Asks for the notices of a position that was just written to be printed. Repeating the write finds the same request as long as nothing
 * changed. The position stands whatever becomes of the print: what keeps it from being asked for is a warning.
 */
export async function withPrint(context: NoticesContext, result: WriteResult, payload: PositionPayload): Promise<PositionPayload> {
  if (!result.ok || !PRINTED.includes(result.value.action)) return payload;
  const { position } = result.value;
  const idempotencyKey = `position/${position.iupd}/${position.revision}`;
  try {
    const items = await storedItems(context, position.creditorFiscalCode, noticesToPrint(position));
    const folder = await requestFolder(context.services.printing, { actor: writerOf(context) }, { idempotencyKey, items });
    payload.printFolder = presentFolder(folder);
  } catch (error) {
    if (!(error instanceof ExposedError)) throw error;
    payload.warnings.push({ path: 'print', message: error.message });
  }
  return payload;
}
