/** Files of positions as their senders see them: pages of files, counts and pages of results. */
import type { Database } from '@nodo-aperto/kernel/database';
import { type ItemResult, type Upload, UPLOAD_COLUMNS } from './uploads.ts';

type Executor = Pick<Database, 'query'>;

export interface ListedUpload extends Upload {
  /** Grows from one file to the next. */
  readonly sequence: number;
}

export interface UploadListQuery {
  creditorFiscalCode: string;
  /** Only files sent for this broker. */
  brokerCode?: string;
  /** Only files into the archive (true), or only those of positions managed here (false). */
  aca?: boolean;
  limit: number;
  /** Sequence of the last one seen. */
  before?: number;
}

/** The newest first. */
export function listUploadsOf(database: Executor, query: UploadListQuery): Promise<ListedUpload[]> {
  return database.query<ListedUpload>(
    `select ${UPLOAD_COLUMNS}, sequence from position_upload where creditor_fiscal_code = $1 and ($2::text is null or broker_code = $2)
      and ($3::boolean is null or aca = $3) and ($4::bigint is null or sequence < $4) order by sequence desc limit $5`,
    [query.creditorFiscalCode, query.brokerCode ?? null, query.aca ?? null, query.before ?? null, query.limit],
  );
}

/** From this status on an item was refused. */
const FIRST_REFUSAL = 400;
const RESULTS = `from position_upload_part as part, jsonb_array_elements(part.results) with ordinality as results(item, place)
  where part.upload_id = $1`;

/** How many items of what is done were refused. */
export async function countRefused(database: Executor, id: string): Promise<number> {
  const [row] = await database.query<{ refused: number }>(
    `select count(*)::integer as refused ${RESULTS} and (item ->> 'status')::integer >= $2`,
    [id, FIRST_REFUSAL],
  );
  return row?.refused ?? 0;
}

export interface PlacedResult extends ItemResult {
  readonly part: number;
  /** From 1, in its part. */
  readonly place: number;
}

/** What became of items, in the order of the file, behind a place. */
export function listUploadResults(
  database: Executor,
  id: string,
  { after = { part: -1, place: 0 }, limit, refused }: { after?: { part: number; place: number }; limit: number; refused?: boolean },
): Promise<PlacedResult[]> {
  return database.query<PlacedResult>(
    `select part.part, place::integer, item ->> 'id' as id, (item ->> 'status')::integer as status, item ->> 'message' as message ${RESULTS}
      and (part.part, place) > ($2::integer, $3::integer) and ($4::boolean is null or ((item ->> 'status')::integer >= $5) = $4)
      order by part.part, place limit $6`,
    [id, after.part, after.place, refused ?? null, FIRST_REFUSAL, limit],
  );
}
