/** The print that may be asked for in the same call as positions. */
import { createHash } from 'node:crypto';
import { ExposedError } from '@nodo-aperto/kernel/faults';
import type { DebtPosition } from '../domain/position.ts';
import type { PrintItem } from '../domain/printing/print-item.ts';
import type { WriteResult } from '../services/position-writes.ts';
import { noticesToPrint } from '../services/print-existing.ts';
import { requestFolder } from '../services/print-notices.ts';
import { type NoticesContext, writerOf } from './context.ts';
import type { CreatePositionsPayload, PositionPayload } from './payloads.ts';
import { storedItems } from './print-resolver.ts';
import { presentFolder } from './print-types.ts';

const PRINTED = ['CREATED', 'UPDATED', 'PUBLISHED'];

/**
 * Asks for the notices of a position that was just written to be printed. Repeating the write finds the same request as long as nothing
 * changed. The position stands whatever becomes of the print: what keeps it from being asked for is a warning.
 */
export async function withPrint(context: NoticesContext, result: WriteResult, payload: PositionPayload): Promise<PositionPayload> {
  const [position] = writtenBy([result]);
  if (position) await ask(context, [position], `position/${position.iupd}/${position.revision}`, payload);
  return payload;
}

/** The same for all positions of a bulk write, in one request. */
export async function withPrintOfAll(
  context: NoticesContext,
  results: readonly WriteResult[],
  payload: CreatePositionsPayload,
): Promise<CreatePositionsPayload> {
  const positions = writtenBy(results);
  if (positions.length === 0) return payload;
  const named = positions.map(({ creditorFiscalCode, iupd, revision }) => [creditorFiscalCode, iupd, revision]);
  await ask(context, positions, `positions/${createHash('sha256').update(JSON.stringify(named)).digest('hex')}`, payload);
  return payload;
}

/** What was written and has something to print, each position once, as it is now. */
function writtenBy(results: readonly WriteResult[]): DebtPosition[] {
  const positions = new Map<string, DebtPosition>();
  for (const result of results) {
    if (!result.ok) continue;
    const { action, position } = result.value;
    const key = `${position.creditorFiscalCode}/${position.iupd}`;
    if (PRINTED.includes(action)) positions.set(key, position);
    else positions.delete(key);
  }
  return [...positions.values()];
}

async function ask(
  context: NoticesContext,
  positions: readonly DebtPosition[],
  idempotencyKey: string,
  payload: Pick<PositionPayload, 'printFolder' | 'warnings'>,
): Promise<void> {
  const byCreditor = new Map<string, string[]>();
  for (const position of positions) {
    const numbers = byCreditor.get(position.creditorFiscalCode) ?? [];
    byCreditor.set(position.creditorFiscalCode, numbers);
    numbers.push(...noticesToPrint(position));
  }
  try {
    const items: PrintItem[] = [];
    for (const [creditorFiscalCode, numbers] of byCreditor) items.push(...(await storedItems(context, creditorFiscalCode, numbers)));
    payload.printFolder = presentFolder(
      await requestFolder(context.services.printing, { actor: writerOf(context) }, { idempotencyKey, items }),
    );
  } catch (error) {
    if (!(error instanceof ExposedError)) throw error;
    payload.warnings.push({ path: 'print', message: error.message });
  }
}
