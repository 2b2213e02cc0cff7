/** Printed copies of receipts: asked for by whoever may have them, made by a task, kept for a day. */
import type { Principal } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import { NotFoundError } from '@nodo-aperto/kernel/faults';
import type { Jobs, TaskDefinition } from '@nodo-aperto/kernel/jobs';
import type { Clock } from '@nodo-aperto/kernel/time';
import { z } from 'zod';
import { receiptIdOf } from '../domain/cart.ts';
import { DOCUMENT_COPIES, type DocumentCopy, mayHave } from '../domain/document-copies.ts';
import { isToBeMade } from '../domain/document-state.ts';
import { printedReceipt } from '../domain/printed-receipt.ts';
import { viewOf } from '../domain/visibility.ts';
import {
  type DocumentKey,
  type DocumentRecord,
  findDocument,
  readDocument,
  saveFailed,
  saveGenerated,
  saveRequested,
} from '../persistence/documents.ts';
import { drawReceipt } from '../printing/draw-receipt.ts';
import type { DocumentLink, DocumentLinks } from './document-links.ts';
import type { ReceiptReads } from './read-receipts.ts';

export interface Printing {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly reads: ReceiptReads;
  readonly links: DocumentLinks;
}

/** A copy as its owner sees it. */
export interface CopyState extends DocumentKey {
  readonly state: DocumentRecord['state'] | 'NOT_REQUESTED';
  readonly generatedAt?: number | undefined;
  readonly size?: number | undefined;
  /** Present when it is ready. */
  readonly link?: DocumentLink;
}

const PRINT_TASK = 'receipts.print';
const ATTEMPTS = 3;
const printPayload = z.object({ receiptId: z.string().min(1).max(35), copy: z.enum(DOCUMENT_COPIES) });
type PrintPayload = z.output<typeof printPayload>;

/**
 * Asks for a copy; one that is there, or is being made, is not made again.
 * @param copy undefined: the one that is the caller's
 * @throws NotFoundError when the caller has no such receipt, or may not have this copy of it
 */
export async function requestCopy(
  printing: Printing,
  principal: Principal,
  id: string,
  copy: DocumentCopy | undefined,
): Promise<CopyState> {
  const key = await ownCopy(printing, principal, id, copy);
  await ensureRequested(printing, key);
  return stateOf(printing, key);
}

/** How far a copy has come. @throws NotFoundError as {@link requestCopy} */
export async function readCopy(printing: Printing, principal: Principal, id: string, copy: DocumentCopy | undefined): Promise<CopyState> {
  return stateOf(printing, await ownCopy(printing, principal, id, copy));
}

/** Has a copy made unless it is there or on its way. */
export async function ensureRequested({ database, jobs, clock }: Printing, key: DocumentKey): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('select from receipt where receipt_id = $1 for update', [key.receiptId]);
    const now = clock.now();
    if (!isToBeMade(await findDocument(transaction, key), now)) return;
    await saveRequested(transaction, key, now);
    const text = [PRINT_TASK, key.receiptId, key.copy].join('/');
    await jobs.enqueue(transaction, PRINT_TASK, key, { key: text });
  });
}

/**
 * The bytes that a link leads to.
 * @throws NotFoundError when the link is not one of ours, has run out, or leads to nothing any more
 */
export async function openLink(
  { database, links, clock }: Printing,
  key: DocumentKey,
  link: { readonly expires: string; readonly signature: string },
): Promise<Buffer> {
  const content = (await links.isGood(key, link, clock.now())) ? await readDocument(database, key) : undefined;
  if (!content) throw new NotFoundError('The link leads to no document, or is no longer valid: ask for a new one.');
  return content;
}

async function ownCopy({ reads }: Printing, principal: Principal, id: string, copy: DocumentCopy | undefined): Promise<DocumentKey> {
  const [found] = await reads.receipts([receiptIdOf(id)]);
  const view = found && viewOf(principal, { content: found.row.content, recipients: found.recipients });
  const wanted = copy ?? DOCUMENT_COPIES.find((each) => view !== undefined && mayHave(view, each));
  if (!found || !view || wanted === undefined || !mayHave(view, wanted)) throw new NotFoundError('There is no such receipt.');
  return { receiptId: found.row.receiptId, copy: wanted };
}

async function stateOf({ database, links, clock }: Printing, key: DocumentKey): Promise<CopyState> {
  const known = await findDocument(database, key);
  if (!known) return { ...key, state: 'NOT_REQUESTED' };
  const { state, generatedAt, size } = known;
  if (state !== 'READY') return { ...key, state };
  return { ...key, state, generatedAt, size, link: await links.linkTo(key, clock.now()) };
}

/** The task that makes a copy. */
export function printTask(printing: Pick<Printing, 'database' | 'clock' | 'reads'>): TaskDefinition<PrintPayload> {
  return {
    name: PRINT_TASK,
    schema: printPayload,
    maxAttempts: ATTEMPTS,
    async run(key, { attempt, maxAttempts }) {
      const { database, clock, reads } = printing;
      const [found] = await reads.receipts([key.receiptId]);
      if (!found) return;
      try {
        const { content } = found.row;
        const cart = key.copy === 'PAYER' && content.cart ? (await reads.cart(content.cart.id)).map(({ row }) => row.content) : [];
        const bytes = await drawReceipt(printedReceipt(content, key.copy, cart), { printedAt: clock.now() });
        await saveGenerated(database, key, bytes, clock.now());
      } catch (error) {
        await saveFailed(database, key, attempt >= maxAttempts);
        throw error;
      }
    },
  };
}
