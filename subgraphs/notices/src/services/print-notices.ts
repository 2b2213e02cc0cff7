/** Printing: one notice at once, or a folder of up to a thousand in the background. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Directory } from '@nodo-aperto/kernel/directory';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { InputError, type InputIssue, invariant, LimitError } from '@nodo-aperto/kernel/faults';
import type { Jobs } from '@nodo-aperto/kernel/jobs';
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { type Clock, toIso } from '@nodo-aperto/kernel/time';
import { printFolderProgressed } from '@nodo-aperto/schema/events';
import { checkPrintItem } from '../domain/printing/check-print-item.ts';
import { hasArchive, isSettled, statusOfCounts } from '../domain/printing/folder-status.ts';
import type { PrintItem } from '../domain/printing/print-item.ts';
import {
  advanceFolder,
  deleteFolder,
  findFolder,
  findItem,
  folderByKey,
  insertFolder,
  insertItems,
  listItems,
  openFolders,
  type PrintFolder,
  type PrintItemRow,
  type PrintItemState,
  replaceFile,
} from '../persistence/print-folders.ts';
import type { PrintPool } from '../printing/print-pool.ts';
import type { Actor, Creditors } from './creditors.ts';
import { presentedCreditor } from './print-creditors.ts';
import { PrintError } from './print-errors.ts';
import type { PrintLinks } from './print-links.ts';

/** The most notices of one request, and the most requests of one party that are not finished. */
export const MOST_NOTICES = 1_000;
const MOST_OPEN_FOLDERS = 20;
const LONGEST_KEY = 160;
/** The task that prints a folder. */
export const PRINT_TASK = 'notices.print-folder';
/** Name of the archive of a folder in links. */
export const ARCHIVE = 'notices.zip';

export interface Printing {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly clock: Clock;
  readonly creditors: Pick<Creditors, 'mayActFor'>;
  readonly directory: Pick<Directory, 'creditorInstitution'>;
  readonly pool: Pick<PrintPool, 'print'>;
  readonly links: PrintLinks;
  readonly random: RandomStream;
}

/** Who asks: folders are found again only by their owner. */
export interface Requester {
  readonly actor: Actor;
}

export function ownerOf({ actor }: Requester): string {
  return actor.kind === 'OPERATOR' ? '' : actor.code;
}

/**
 * Prints one notice. With a folder, its file takes the place of what became of that notice there.
 * @throws PrintError, InputError with every issue, LimitError when too many wait
 */
export async function printOne(printing: Printing, requester: Requester, item: PrintItem, folderId?: string): Promise<PrintedNotice> {
  await assertMayPrint(printing, requester, [item]);
  if (folderId !== undefined) await ownFolder(printing, requester, folderId);
  const drawn = await draw(printing, item, { urgent: true });
  if (!drawn.ok) throw drawn.error;
  if (folderId !== undefined) await replaceInFolder(printing, folderId, item, drawn.bytes);
  return { fileName: `${fileStem(item)}.pdf`, bytes: drawn.bytes };
}

export interface PrintedNotice {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

type Drawn = { ok: true; bytes: Uint8Array } | { ok: false; error: PrintError | InputError };

/** Checks and draws a notice; what is wrong with it is an answer, what is wrong with us is thrown. */
export async function draw(
  printing: Pick<Printing, 'database' | 'directory' | 'pool' | 'clock'>,
  item: PrintItem,
  { urgent }: { urgent: boolean },
): Promise<Drawn> {
  const presented = await presentedCreditor(printing, item.creditorFiscalCode);
  if (!presented)
    return {
      ok: false,
      error: new PrintError('INSTITUTION_NOT_FOUND', 'data.creditorInstitution.taxCode: is of no enabled creditor institution'),
    };
  const checked = checkPrintItem(item, presented.creditor);
  if (!checked.ok) return { ok: false, error: errorOf(checked.refusal) };
  const bytes = await printing.pool.print({ notice: checked.value, createdAt: printing.clock.now(), logo: presented.logo }, { urgent });
  return { ok: true, bytes };
}

function errorOf({ kind, issues }: { kind: string; issues: readonly InputIssue[] }): PrintError | InputError {
  const error = new InputError(issues);
  return kind === 'NOT_FOUND' ? new PrintError('TEMPLATE_NOT_FOUND', error.message) : error;
}

/** The number by which a notice is called in file names: its own, or that of its first part. */
function fileStem({ creditorFiscalCode, notice }: PrintItem): string {
  const code = [notice.code, notice.discounted?.code, notice.installments?.[0]?.code].find(
    (each) => each !== undefined && /^[0-9]{18}$/.test(each),
  );
  return `${creditorFiscalCode}-${code ?? 'x'}`;
}

/** Another party's code is refused before it is looked up: the answer tells nothing of it. @throws PrintError */
async function assertMayPrint({ creditors }: Printing, { actor }: Requester, items: readonly PrintItem[]): Promise<void> {
  for (const code of new Set(items.map(({ creditorFiscalCode }) => creditorFiscalCode))) {
    if (!(await creditors.mayActFor(actor, code, 'POSITIONS_WRITE')))
      throw new PrintError('NOT_ALLOWED_ON_CI_CODE', 'You may not print notices of a creditor institution that you do not act for.');
  }
}

/**
 * Asks for notices to be printed in the background. The same key of the same party finds the folder that exists, whatever is asked now.
 * Source: Domain facts, Reporting and receipts §4.1.
 * @throws PrintError, InputError, LimitError
 */
export async function requestFolder(
  printing: Printing,
  requester: Requester,
  { idempotencyKey, items }: { idempotencyKey: string; items: readonly PrintItem[] },
): Promise<PrintFolder> {
  if (idempotencyKey.trim() === '' || idempotencyKey.length > LONGEST_KEY)
    throw InputError.at('Idempotency-Key', 'is missing or too long', `1 to ${LONGEST_KEY} characters`);
  if (items.length < 1 || items.length > MOST_NOTICES)
    throw InputError.at('notices', `has ${items.length} items`, `1 to ${MOST_NOTICES} notices`);
  const owner = ownerOf(requester);
  const known = await folderByKey(printing.database, owner, idempotencyKey);
  if (known) return known;
  await assertMayPrint(printing, requester, items);
  if ((await openFolders(printing.database, owner)) >= MOST_OPEN_FOLDERS)
    throw new LimitError(`At most ${MOST_OPEN_FOLDERS} requests of a party are printed at a time; wait for one to end.`, 10);
  return printing.database.transaction((transaction) => insert(printing, transaction, { owner, idempotencyKey, items }));
}

async function insert(
  printing: Printing,
  transaction: Transaction,
  { owner, idempotencyKey, items }: { owner: string; idempotencyKey: string; items: readonly PrintItem[] },
): Promise<PrintFolder> {
  const folder = { id: printing.random.uuid(), owner, idempotencyKey, requested: items.length, at: printing.clock.now() };
  const inserted = await insertFolder(transaction, folder);
  if (!inserted) {
    const earlier = await folderByKey(transaction, owner, idempotencyKey);
    invariant(earlier !== undefined, 'a key that is taken has a folder');
    return earlier;
  }
  const numbered = items.map((request, index) => ({ request, fileId: `${fileStem(request)}-${String(index + 1).padStart(4, '0')}` }));
  await insertItems(transaction, inserted.id, numbered);
  await stateProgress(printing, transaction, inserted);
  await printing.jobs.enqueue(transaction, PRINT_TASK, { folderId: inserted.id }, { key: `print/${inserted.id}` });
  return inserted;
}

/** Tells subscribers how far a folder is. */
export async function stateProgress({ outbox }: Pick<Printing, 'outbox'>, transaction: Transaction, folder: PrintFolder): Promise<void> {
  const { id, owner, status, requested, processed, failed, updatedAt, revision } = folder;
  const counts = { status, requested, processed, failed, revision };
  await outbox.append(transaction, printFolderProgressed, {
    folderId: id,
    ...(owner && { owner }),
    ...counts,
    updatedAt: toIso(updatedAt),
  });
}

async function replaceInFolder(printing: Printing, folderId: string, item: PrintItem, bytes: Uint8Array): Promise<void> {
  await printing.database.transaction(async (transaction) => {
    const folder = await findFolder(transaction, folderId, { lock: true });
    if (!folder || !(await replaceFile(transaction, folderId, `${fileStem(item)}-`, bytes)))
      throw new PrintError('FOLDER_NOT_AVAILABLE', 'folderId: the folder has no notice of this number.');
    const statusOf = isSettled(folder.status) ? statusOfCounts : () => folder.status;
    await stateProgress(printing, transaction, await advanceFolder(transaction, folderId, { at: printing.clock.now(), statusOf }));
  });
}

/** The folder, when it is the requester's own. @throws PrintError: another's is as unknown as none */
export async function ownFolder(printing: Pick<Printing, 'database'>, requester: Requester, id: string): Promise<PrintFolder> {
  const folder = await findFolder(printing.database, id);
  if (!folder || (folder.owner !== ownerOf(requester) && requester.actor.kind !== 'OPERATOR'))
    throw new PrintError('FOLDER_NOT_AVAILABLE', 'There is no such folder, or it is not yours.');
  return folder;
}

/** The notices of a folder after a number, those of one state or all. */
export async function folderItems(
  printing: Pick<Printing, 'database'>,
  folder: PrintFolder,
  page: { after?: number; limit?: number; state?: PrintItemState },
): Promise<PrintItemRow[]> {
  return listItems(printing.database, folder.id, { after: 0, limit: MOST_NOTICES, ...page });
}

/** What went wrong with a notice. @throws PrintError */
export async function itemError(
  printing: Pick<Printing, 'database'>,
  folder: PrintFolder,
  errorId: string,
): Promise<Required<PrintItemRow>> {
  const item = await findItem(printing.database, folder.id, errorId);
  if (!item?.error) throw new PrintError('ERROR_NOT_FOUND', 'The folder has no such error.');
  return { ...item, error: item.error };
}

/** The path of a link to a notice's file. @throws PrintError */
export async function fileLink(printing: Pick<Printing, 'database' | 'links'>, folder: PrintFolder, fileId: string): Promise<string> {
  const item = await findItem(printing.database, folder.id, fileId);
  if (item?.state !== 'DONE') throw new PrintError('COULD_NOT_GET_FILE_URL', 'The folder has no such file.');
  return printing.links.sign(folder.id, `${fileId}.pdf`);
}

/** The path of a link to the archive of all. @throws PrintError unless every notice was printed */
export async function archiveLink({ links }: Pick<Printing, 'links'>, folder: PrintFolder): Promise<string> {
  if (!hasArchive(folder.status))
    throw new PrintError('NOTICE_REQUEST_YET_TO_PROCESS', `The folder is ${folder.status}; its archive is there when it is PROCESSED.`);
  return links.sign(folder.id, ARCHIVE);
}

/** Deletes a folder with its files, finished or not. */
export async function removeFolder(printing: Pick<Printing, 'database'>, folder: PrintFolder): Promise<void> {
  await deleteFolder(printing.database, folder.id);
}
