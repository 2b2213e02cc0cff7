/** Files of positions that were sent to be loaded, and what became of their items. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, DAY } from '@nodo-aperto/kernel/time';

export const UPLOAD_ACTIONS = ['CREATE', 'UPDATE', 'DELETE'] as const;
export type UploadAction = (typeof UPLOAD_ACTIONS)[number];

/** Instants in epoch milliseconds. */
export interface Upload {
  readonly id: string;
  readonly brokerCode: string;
  readonly creditorFiscalCode: string;
  /** Whose key sent it. */
  readonly party: string;
  readonly action: UploadAction;
  readonly aca: boolean;
  readonly submitted: number;
  readonly processed: number;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

/** What became of one item. */
export interface ItemResult {
  readonly id: string;
  readonly status: number;
  readonly message: string;
}

/** How long files and their reports are kept. */
const KEPT_MS = 30 * DAY;
const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
/** The columns of an {@link Upload}. */
export const UPLOAD_COLUMNS = `id, broker_code as "brokerCode", creditor_fiscal_code as "creditorFiscalCode", party, action, aca, submitted, processed,
  ${ms('created_at')} as "createdAt", ${ms('finished_at')} as "finishedAt"`;

/** Keeps a file; old ones go. */
export async function addUpload(transaction: Transaction, upload: Upload, content: Buffer): Promise<void> {
  await transaction.query('delete from position_upload where created_at < $1', [asDate(upload.createdAt - KEPT_MS)]);
  await transaction.query(
    `insert into position_upload (id, broker_code, creditor_fiscal_code, party, action, aca, content, submitted, processed, created_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)`,
    [
      upload.id,
      upload.brokerCode,
      upload.creditorFiscalCode,
      upload.party,
      upload.action,
      upload.aca,
      content,
      upload.submitted,
      asDate(upload.createdAt),
    ],
  );
}

export async function readUpload(database: Pick<Database, 'query'>, id: string): Promise<Upload | undefined> {
  const [upload] = await database.query<Upload>(`select ${UPLOAD_COLUMNS} from position_upload where id = $1`, [id]);
  return upload;
}

/** The file, while it is still needed, and how many of its batches are done. */
export async function readUploadContent(
  database: Pick<Database, 'query'>,
  id: string,
): Promise<{ content: Buffer; parts: number } | undefined> {
  const [row] = await database.query<{ content: Buffer | null; parts: number }>(
    `select content, (select count(*) from position_upload_part where upload_id = id)::integer as parts from position_upload where id = $1`,
    [id],
  );
  return row?.content ? { content: row.content, parts: row.parts } : undefined;
}

/** Keeps the results of a batch. Written once: another worker that did the same batch meanwhile fails here, and with it its positions. */
export async function addUploadPart(transaction: Transaction, id: string, part: number, results: readonly ItemResult[]): Promise<void> {
  await transaction.query('insert into position_upload_part (upload_id, part, results) values ($1, $2, $3::jsonb)', [
    id,
    part,
    JSON.stringify(results),
  ]);
  await transaction.query('update position_upload set processed = processed + $2 where id = $1', [id, results.length]);
}

/** The file is done and no longer needed. */
export async function finishUpload(database: Pick<Database, 'query'>, id: string, now: number): Promise<void> {
  await database.query('update position_upload set finished_at = $2, content = null where id = $1 and finished_at is null', [
    id,
    asDate(now),
  ]);
}

export interface ResultGroup {
  readonly status: number;
  readonly message: string;
  readonly ids: string[];
}

/** The results of all items, those of one kind together. */
export function readUploadResults(database: Pick<Database, 'query'>, id: string): Promise<ResultGroup[]> {
  return database.query<ResultGroup>(
    `select (item ->> 'status')::integer as status, item ->> 'message' as message, array_agg(item ->> 'id' order by part.part, place) as ids
      from position_upload_part as part, jsonb_array_elements(part.results) with ordinality as results(item, place)
      where part.upload_id = $1 group by 1, 2 order by min(part.part), min(place)`,
    [id],
  );
}

/** Ids of a broker's and creditor's files of a time, oldest first, behind the sequence number. */
export function listUploads(
  database: Pick<Database, 'query'>,
  query: { brokerCode: string; creditorFiscalCode: string; aca: boolean; from: number; to: number; after: number; limit: number },
): Promise<{ id: string; sequence: number }[]> {
  return database.query<{ id: string; sequence: number }>(
    `select id, sequence from position_upload where broker_code = $1 and creditor_fiscal_code = $2 and aca = $3
      and created_at >= $4 and created_at < $5 and sequence > $6 order by sequence limit $7`,
    [query.brokerCode, query.creditorFiscalCode, query.aca, asDate(query.from), asDate(query.to), query.after, query.limit],
  );
}
