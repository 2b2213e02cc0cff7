/** The work behind a request to print many notices. Rows say what is done, so it goes on where a process died. */
import type { JobDefinition, TaskContext, TaskDefinition } from '@nodo-aperto/kernel/jobs';
import { ExposedError, InvariantError, UnavailableError } from '@nodo-aperto/kernel/faults';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { DAY, HOUR } from '@nodo-aperto/kernel/time';
import { z } from 'zod';
import { isSettled, statusOfCounts } from '../domain/printing/folder-status.ts';
import type { PrintItem } from '../domain/printing/print-item.ts';
import {
  advanceFolder,
  deleteFoldersBefore,
  findFolder,
  keepResults,
  pendingItems,
  type PrintResult,
} from '../persistence/print-folders.ts';
import { draw, PRINT_TASK, type Printing, stateProgress } from './print-notices.ts';

/** Notices drawn between two looks at the clock of progress: each batch is one transaction and one event. */
const BATCH = 25;
const MOST_ATTEMPTS = 8;
/** A request that nothing happened to for so long is deleted with its files. Source: Domain facts, Reporting and receipts §4.1. */
export const FOLDER_RETENTION_MS = 3 * DAY;
const RETENTION_BATCH = 20;

const payloadShape = z.object({ folderId: z.string() });
type Payload = z.output<typeof payloadShape>;

export function printFolderTask(printing: Printing): TaskDefinition<Payload> {
  return {
    name: PRINT_TASK,
    schema: payloadShape,
    maxAttempts: MOST_ATTEMPTS,
    async run({ folderId }, context) {
      try {
        await printFolder(printing, folderId, context);
      } catch (error) {
        if (context.attempt >= context.maxAttempts) await giveUp(printing, folderId);
        throw error;
      }
    },
  };
}

/** Prints what is not printed yet. A folder that was deleted meanwhile ends the work. */
export async function printFolder(
  printing: Printing,
  folderId: string,
  { signal, log }: Pick<TaskContext, 'signal' | 'log'>,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const items = await pendingItems(printing.database, folderId, BATCH);
    if (items.length === 0) break;
    const results = await Promise.all(items.map(async ({ number, request }) => ({ number, ...(await outcomeOf(printing, request, log)) })));
    if (!(await keepBatch(printing, folderId, results))) return;
  }
  await complete(printing, folderId);
}

async function keepBatch({ database, clock, outbox }: Printing, folderId: string, results: readonly PrintResult[]): Promise<boolean> {
  return database.transaction(async (transaction) => {
    if (!(await findFolder(transaction, folderId, { lock: true }))) return false;
    const at = clock.now();
    await keepResults(transaction, folderId, results, at);
    const statusOf = (counts: { requested: number; processed: number; failed: number }) =>
      counts.processed + counts.failed < counts.requested ? 'PROCESSING' : 'COMPLETING';
    await stateProgress({ outbox }, transaction, await advanceFolder(transaction, folderId, { at, statusOf }));
    return true;
  });
}

/** Every notice was dealt with: the folder gets its last state. */
async function complete({ database, clock, outbox }: Printing, folderId: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const folder = await findFolder(transaction, folderId, { lock: true });
    if (!folder || isSettled(folder.status)) return;
    await stateProgress({ outbox }, transaction, await advanceFolder(transaction, folderId, { at: clock.now(), statusOf: statusOfCounts }));
  });
}

/** After the last try: what is not printed stays so, and the owner hears it. */
async function giveUp({ database, clock, outbox }: Printing, folderId: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const folder = await findFolder(transaction, folderId, { lock: true });
    if (!folder || isSettled(folder.status)) return;
    await stateProgress({ outbox }, transaction, await advanceFolder(transaction, folderId, { at: clock.now(), statusOf: () => 'FAILED' }));
  });
}

type Outcome = { pdf: Uint8Array } | { code: string; description: string };

/**
 * A notice that cannot be printed is an error of its own, never of the folder. One on which a thread ended is tried once more, since it may
 * have been another's fault.
 */
async function outcomeOf(printing: Printing, item: PrintItem, log: Logger): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const drawn = await draw(printing, item, { urgent: false });
      if (drawn.ok) return { pdf: drawn.bytes };
      return {
        code: drawn.error instanceof ExposedError && drawn.error.name === 'PrintError' ? drawn.error.title : 'INVALID_NOTICE_DATA',
        description: drawn.error.message,
      };
    } catch (error) {
      const ours = error instanceof InvariantError || error instanceof UnavailableError;
      if (!ours) throw error;
      if (error instanceof UnavailableError && attempt === 1) continue;
      log.error({ err: error }, 'a notice could not be printed');
      return { code: 'GENERATION_FAILED', description: 'The notice could not be drawn; the operators have been told.' };
    }
  }
}

/** Name and rhythm under which operators know the retention. */
export function printRetentionJob({ database, clock }: Pick<Printing, 'database' | 'clock'>): JobDefinition {
  return {
    name: 'PRINT_RETENTION',
    everyMs: HOUR,
    async run({ signal }) {
      let processed = 0;
      for (let deleted = RETENTION_BATCH; deleted === RETENTION_BATCH && !signal.aborted; processed += deleted)
        deleted = await deleteFoldersBefore(database, clock.now() - FOLDER_RETENTION_MS, RETENTION_BATCH);
      return { processed };
    },
  };
}
