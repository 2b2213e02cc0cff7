/** Loads a file of positions that was sent, batch by batch; goes on where it was when it was interrupted. */
import { DatabaseUnavailableError, isUniqueViolation } from '@nodo-aperto/kernel/database';
import { InputError, type InputIssue, invariant } from '@nodo-aperto/kernel/faults';
import type { TaskDefinition } from '@nodo-aperto/kernel/jobs';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { z } from 'zod';
import {
  addUploadPart,
  finishUpload,
  type ItemResult,
  readUpload,
  readUploadContent,
  type Upload,
  type UploadAction,
} from '../../persistence/uploads.ts';
import { type BulkItem, loadDebtPositions } from '../../services/load-debt-positions.ts';
import type { WriteResult, Writing } from '../../services/position-writes.ts';
import type { Refusal } from '../../domain/outcome.ts';
import { readPositionModel } from '../gpd-model.ts';
import { STATUS_OF_REFUSAL } from '../refusals.ts';
import { jsonItems } from './json-items.ts';
import { openZip } from './zip.ts';

/** Where the items of a file are. */
export const ITEM_KEYS = {
  CREATE: 'paymentPositions',
  UPDATE: 'paymentPositions',
  DELETE: 'paymentPositionIUPDs',
} as const satisfies Record<UploadAction, string>;
/** Items of one transaction. The same for every attempt: it is how the work finds where it was. */
const BATCH = 200;
const SUCCESS = { CREATED: 201, UPDATED: 200, DELETED: 200 } as const;
const LONGEST_MESSAGE = 1_000;

export interface UploadPayload {
  uploadId: string;
}
export const UPLOAD_TASK = 'notices.load-upload';

export function loadUploadTask(options: { writing: Writing; log: Logger }): TaskDefinition<UploadPayload> {
  return {
    name: UPLOAD_TASK,
    schema: z.object({ uploadId: z.string().min(1).max(64) }),
    maxAttempts: 25,
    run: ({ uploadId }) => loadUpload(uploadId, options),
  };
}

async function loadUpload(id: string, { writing, log }: { writing: Writing; log: Logger }): Promise<void> {
  const { database, clock } = writing;
  const upload = await readUpload(database, id);
  const kept = upload && (await readUploadContent(database, id));
  if (!kept) return;
  let part = 0;
  for await (const texts of batches(jsonItems(openZip(kept.content), ITEM_KEYS[upload.action]))) {
    part += 1;
    if (part > kept.parts) await loadPart(upload, part, texts, { writing, log });
  }
  await finishUpload(database, id, clock.now());
}

async function* batches(source: AsyncIterable<string[]>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const texts of source) {
    for (const text of texts) {
      batch.push(text);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** An item as it was read: ready to be loaded, or with what is wrong with it. */
type ReadItem = { readonly id: string } & (
  | { readonly item: BulkItem; named(result: WriteResult): WriteResult }
  | { readonly issues: readonly InputIssue[] }
);

async function loadPart(
  upload: Upload,
  part: number,
  texts: readonly string[],
  { writing, log }: { writing: Writing; log: Logger },
): Promise<void> {
  const read = texts.map((text, index) => readItem(text, upload, (part - 1) * BATCH + index));
  try {
    await load(writing, upload, read, async (transaction, results) => addUploadPart(transaction, upload.id, part, results));
  } catch (error) {
    if (error instanceof DatabaseUnavailableError || isUniqueViolation(error)) throw error;
    log.warn({ err: error, upload: upload.id, part }, 'a batch of a file failed; trying its items one by one');
    const results: ItemResult[] = [];
    for (const each of read) results.push(await loadAlone(writing, upload, each, log));
    await writing.database.transaction((transaction) => addUploadPart(transaction, upload.id, part, results));
  }
}

async function loadAlone(writing: Writing, upload: Upload, read: ReadItem, log: Logger): Promise<ItemResult> {
  let result: ItemResult = { id: read.id, status: 500, message: 'failed on our side; send it again' };
  try {
    await load(writing, upload, [read], async (_transaction, [own]) => {
      if (own) result = own;
    });
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) throw error;
    log.error({ err: error, upload: upload.id }, 'an item of a file failed');
  }
  return result;
}

type Alongside = Parameters<typeof loadDebtPositions>[2]['alongside'];
type Keep = (transaction: Parameters<NonNullable<Alongside>>[0], results: readonly ItemResult[]) => Promise<void>;

async function load(writing: Writing, upload: Upload, read: readonly ReadItem[], keep: Keep): Promise<void> {
  const ready = read.flatMap((each) => ('item' in each ? [each] : []));
  const { party, creditorFiscalCode, aca } = upload;
  const options = { actor: { kind: 'PARTY', code: party } as const, creditorFiscalCode, aca, publish: true };
  await loadDebtPositions(
    writing,
    ready.map(({ item }) => item),
    {
      ...options,
      alongside(transaction, written) {
        let next = 0;
        const results = read.map((each) =>
          'item' in each ? resultOf(each, written[next++]) : refusedItem(each.id, { kind: 'INVALID', issues: each.issues }),
        );
        return keep(transaction, results);
      },
    },
  );
}

function resultOf({ id, named }: Extract<ReadItem, { item: BulkItem }>, written: WriteResult | undefined): ItemResult {
  invariant(written !== undefined, 'every item of a batch has a result');
  const result = named(written);
  if (!result.ok) return refusedItem(id, result.refusal);
  const { action } = result.value;
  invariant(action in SUCCESS, 'a file creates, updates or deletes');
  return { id, status: SUCCESS[action as keyof typeof SUCCESS], message: action };
}

function refusedItem(id: string, { kind, issues }: Refusal): ItemResult {
  return { id, status: STATUS_OF_REFUSAL[kind], message: new InputError(issues).message.slice(0, LONGEST_MESSAGE) };
}

function readItem(text: string, { action, creditorFiscalCode }: Upload, index: number): ReadItem {
  const place = `item ${index + 1}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { id: place, issues: [{ path: '', message: 'is not JSON', expected: 'a JSON value' }] };
  }
  if (action === 'DELETE') {
    if (typeof value === 'string' && value !== '' && value.length <= 100)
      return { id: value, item: { action, iupd: value }, named: (result) => result };
    return { id: place, issues: [{ path: 'iupd', message: 'is not valid', expected: 'the IUPD of a position' }] };
  }
  const { iupd } = (value ?? {}) as { iupd?: unknown };
  const id = typeof iupd === 'string' && iupd.length <= 100 ? iupd : place;
  try {
    const { draft, named } = readPositionModel(value, creditorFiscalCode);
    return { id, item: { action, draft }, named };
  } catch (error) {
    if (error instanceof InputError) return { id, issues: error.issues };
    throw error;
  }
}
