/** Printed copies and how far their printing has come; and the secret that links to them are signed with. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { DocumentCopy } from '../domain/document-copies.ts';
import type { DocumentState } from '../domain/document-state.ts';

export interface DocumentKey {
  readonly receiptId: string;
  readonly copy: DocumentCopy;
}

/** Instants are epoch milliseconds. */
export interface DocumentRecord extends DocumentKey {
  readonly state: DocumentState;
  readonly requestedAt: number;
  readonly generatedAt: number | undefined;
  /** Bytes; undefined while there is nothing. */
  readonly size: number | undefined;
}

interface Row {
  receipt_id: string;
  copy: DocumentCopy;
  state: DocumentState;
  requested_at: Date;
  generated_at: Date | null;
  size: number | null;
}

type Executor = Pick<Database | Transaction, 'query'>;

export async function findDocument(executor: Executor, { receiptId, copy }: DocumentKey): Promise<DocumentRecord | undefined> {
  const [row] = await executor.query<Row>(
    `select receipt_id, copy, state, requested_at, generated_at, length(content) as size from document where receipt_id = $1 and copy = $2`,
    [receiptId, copy],
  );
  return (
    row && {
      receiptId: row.receipt_id,
      copy: row.copy,
      state: row.state,
      requestedAt: fromDate(row.requested_at),
      generatedAt: row.generated_at ? fromDate(row.generated_at) : undefined,
      size: row.size ?? undefined,
    }
  );
}

/** Keeps that a copy is to be made from now on. */
export async function saveRequested(transaction: Transaction, { receiptId, copy }: DocumentKey, at: number): Promise<void> {
  await transaction.query(
    `insert into document (receipt_id, copy, state, requested_at, attempts) values ($1, $2, 'GENERATING', $3, 0)
      on conflict (receipt_id, copy) do update set state = 'GENERATING', requested_at = excluded.requested_at, generated_at = null,
        attempts = 0, content = null`,
    [receiptId, copy, asDate(at)],
  );
}

export async function saveGenerated(database: Database, { receiptId, copy }: DocumentKey, content: Uint8Array, at: number): Promise<void> {
  await database.query(
    `update document set state = 'READY', generated_at = $3, attempts = attempts + 1, content = $4 where receipt_id = $1 and copy = $2`,
    [receiptId, copy, asDate(at), Buffer.from(content)],
  );
}

export async function saveFailed(database: Database, { receiptId, copy }: DocumentKey, final: boolean): Promise<void> {
  await database.query(
    `update document set state = case when $3::boolean then 'FAILED' else state end, attempts = attempts + 1
      where receipt_id = $1 and copy = $2 and state <> 'READY'`,
    [receiptId, copy, final],
  );
}

/** The bytes of a copy that is ready. */
export async function readDocument(database: Database, { receiptId, copy }: DocumentKey): Promise<Buffer | undefined> {
  const [row] = await database.query<{ content: Buffer }>(
    `select content from document where receipt_id = $1 and copy = $2 and state = 'READY'`,
    [receiptId, copy],
  );
  return row?.content;
}

/** The secret of this installation's links; the given one when there is none yet. */
export async function linkSecret(database: Database, fresh: string): Promise<string> {
  await database.query('insert into link_key (id, secret) values (1, $1) on conflict do nothing', [fresh]);
  const [row] = await database.query<{ secret: string }>('select secret from link_key where id = 1');
  return row?.secret ?? fresh;
}
