/** Rows of requests to print and of their notices. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { invariant } from '@nodo-aperto/kernel/faults';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { PrintFolderStatus } from '@nodo-aperto/schema/events';
import type { FolderCounts } from '../domain/printing/folder-status.ts';
import type { PrintItem } from '../domain/printing/print-item.ts';

type Executor = Pick<Database | Transaction, 'query'>;

export interface PrintFolder extends FolderCounts {
  readonly id: string;
  /** The party that asked; empty for an operator. */
  readonly owner: string;
  readonly status: PrintFolderStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

export type PrintItemState = 'PENDING' | 'DONE' | 'ERROR';

/** A notice of a request, without its content. */
export interface PrintItemRow {
  readonly number: number;
  readonly fileId: string;
  readonly state: PrintItemState;
  readonly error?: PrintItemError;
}

export interface PrintItemError {
  readonly code: string;
  readonly description: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What became of a notice. */
export type PrintResult = { readonly number: number } & (
  | { readonly pdf: Uint8Array }
  | { readonly code: string; readonly description: string }
);

export interface FolderColumns {
  id: string;
  owner: string;
  status: PrintFolderStatus;
  requested: number;
  processed: number;
  failed: number;
  created_at: Date;
  updated_at: Date;
  revision: number | bigint;
}

export const FOLDER_COLUMNS = 'id, owner, status, requested, processed, failed, created_at, updated_at, revision';

export function toFolder(row: FolderColumns): PrintFolder {
  const { created_at: createdAt, updated_at: updatedAt, revision, ...rest } = row;
  return { ...rest, createdAt: fromDate(createdAt), updatedAt: fromDate(updatedAt), revision: Number(revision) };
}

/** @returns the new folder; undefined when the owner has one of the key */
export async function insertFolder(
  transaction: Transaction,
  folder: { id: string; owner: string; idempotencyKey: string; requested: number; at: number },
): Promise<PrintFolder | undefined> {
  const [row] = await transaction.query<FolderColumns>(
    `insert into print_folder (id, owner, idempotency_key, status, requested, processed, failed, created_at, updated_at, revision)
     values ($1, $2, $3, 'INSERTED', $4, 0, 0, $5, $5, 1) on conflict (owner, idempotency_key) do nothing returning ${FOLDER_COLUMNS}`,
    [folder.id, folder.owner, folder.idempotencyKey, folder.requested, asDate(folder.at)],
  );
  return row && toFolder(row);
}

export async function insertItems(
  transaction: Transaction,
  folderId: string,
  items: readonly { fileId: string; request: PrintItem }[],
): Promise<void> {
  await transaction.query(
    `insert into print_item (folder_id, number, file_id, state, request)
     select $1, item.number, item.file_id, 'PENDING', item.request
     from jsonb_to_recordset($2::jsonb) as item(number integer, file_id text, request jsonb)`,
    [folderId, JSON.stringify(items.map(({ fileId, request }, index) => ({ number: index + 1, file_id: fileId, request })))],
  );
}

export async function folderByKey(executor: Executor, owner: string, idempotencyKey: string): Promise<PrintFolder | undefined> {
  const [row] = await executor.query<FolderColumns>(
    `select ${FOLDER_COLUMNS} from print_folder where owner = $1 and idempotency_key = $2`,
    [owner, idempotencyKey],
  );
  return row && toFolder(row);
}

export async function findFolder(executor: Executor, id: string, options: { lock?: boolean } = {}): Promise<PrintFolder | undefined> {
  const [row] = await executor.query<FolderColumns>(
    `select ${FOLDER_COLUMNS} from print_folder where id = $1 ${options.lock ? 'for update' : ''}`,
    [id],
  );
  return row && toFolder(row);
}

/** How many requests of the owner are not finished. */
export async function openFolders(executor: Executor, owner: string): Promise<number> {
  const [row] = await executor.query<{ open: number }>(
    `select count(*)::int as open from print_folder where owner = $1 and status in ('INSERTED', 'PROCESSING', 'COMPLETING')`,
    [owner],
  );
  return row?.open ?? 0;
}

/** The next notices that were not dealt with. */
export async function pendingItems(executor: Executor, folderId: string, limit: number): Promise<{ number: number; request: PrintItem }[]> {
  return executor.query<{ number: number; request: PrintItem }>(
    `select number, request from print_item where folder_id = $1 and state = 'PENDING' order by number limit $2`,
    [folderId, limit],
  );
}

/** Writes down what became of notices; those dealt with meanwhile stay as they are. */
export async function keepResults(transaction: Transaction, folderId: string, results: readonly PrintResult[], at: number): Promise<void> {
  for (const result of results) {
    const values = 'pdf' in result ? [Buffer.from(result.pdf), null, null, null] : [null, result.code, result.description, asDate(at)];
    await transaction.query(
      `update print_item set state = case when $3::bytea is null then 'ERROR' else 'DONE' end, request = null, pdf = $3, error_code = $4,
        error_description = $5, error_at = $6 where folder_id = $1 and number = $2 and state = 'PENDING'`,
      [folderId, result.number, ...values],
    );
  }
}

/** Replaces what became of a notice by its file. @returns false when the folder has no such notice */
export async function replaceFile(transaction: Transaction, folderId: string, prefix: string, pdf: Uint8Array): Promise<boolean> {
  const rows = await transaction.query(
    `update print_item set state = 'DONE', request = null, pdf = $3, error_code = null, error_description = null, error_at = null
     where folder_id = $1 and number = (select min(number) from print_item where folder_id = $1 and starts_with(file_id, $2)) returning number`,
    [folderId, prefix, Buffer.from(pdf)],
  );
  return rows.length > 0;
}

/** Brings the folder's counts and state up to date with its notices, with its next revision. @returns the folder as it is now */
export async function advanceFolder(
  transaction: Transaction,
  folderId: string,
  { at, statusOf }: { at: number; statusOf(counts: FolderCounts): PrintFolderStatus },
): Promise<PrintFolder> {
  const [counts] = await transaction.query<FolderCounts>(
    `select count(*)::int as requested, count(*) filter (where state = 'DONE')::int as processed,
      count(*) filter (where state = 'ERROR')::int as failed from print_item where folder_id = $1`,
    [folderId],
  );
  invariant(counts !== undefined, 'a count has one row');
  const [row] = await transaction.query<FolderColumns>(
    `update print_folder set status = $2, processed = $3, failed = $4, updated_at = $5, revision = revision + 1 where id = $1 returning ${FOLDER_COLUMNS}`,
    [folderId, statusOf(counts), counts.processed, counts.failed, asDate(at)],
  );
  invariant(row !== undefined, 'a locked folder exists');
  return toFolder(row);
}

interface ItemColumns {
  number: number;
  file_id: string;
  state: PrintItemState;
  error_code: string | null;
  error_description: string | null;
  error_at: Date | null;
}

/** The notices of a folder in the order asked for, after a number. */
export async function listItems(
  executor: Executor,
  folderId: string,
  { after, limit, state }: { after: number; limit: number; state?: PrintItemState },
): Promise<PrintItemRow[]> {
  const rows = await executor.query<ItemColumns>(
    `select number, file_id, state, error_code, error_description, error_at from print_item
     where folder_id = $1 and number > $2 and ($4::text is null or state = $4) order by number limit $3`,
    [folderId, after, limit, state ?? null],
  );
  return rows.map(toItem);
}

export async function findItem(executor: Executor, folderId: string, fileId: string): Promise<PrintItemRow | undefined> {
  const [row] = await executor.query<ItemColumns>(
    `select number, file_id, state, error_code, error_description, error_at from print_item where folder_id = $1 and file_id = $2`,
    [folderId, fileId],
  );
  return row && toItem(row);
}

function toItem({
  number,
  file_id: fileId,
  state,
  error_code: code,
  error_description: description,
  error_at: at,
}: ItemColumns): PrintItemRow {
  return {
    number,
    fileId,
    state,
    ...(code !== null && at !== null && { error: { code, description: description ?? '', at: fromDate(at) } }),
  };
}

export async function readFile(executor: Executor, folderId: string, fileId: string): Promise<Buffer | undefined> {
  const [row] = await executor.query<{ pdf: Buffer | null }>('select pdf from print_item where folder_id = $1 and file_id = $2', [
    folderId,
    fileId,
  ]);
  return row?.pdf ?? undefined;
}

export async function deleteFolder(executor: Executor, id: string): Promise<void> {
  await executor.query('delete from print_folder where id = $1', [id]);
}

/** Deletes folders that nothing happened to since the instant. @returns how many, at most the limit */
export async function deleteFoldersBefore(executor: Executor, instant: number, limit: number): Promise<number> {
  const rows = await executor.query(
    `delete from print_folder where id in (select id from print_folder where updated_at < $1 order by updated_at limit $2) returning id`,
    [asDate(instant), limit],
  );
  return rows.length;
}
