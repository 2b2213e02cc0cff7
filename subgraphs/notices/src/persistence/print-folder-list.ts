/** Pages of the requests to print that a party has made. */
import type { Database } from '@nodo-aperto/kernel/database';
import { asDate } from '@nodo-aperto/kernel/time';
import type { PrintFolderStatus } from '@nodo-aperto/schema/events';
import { FOLDER_COLUMNS, type FolderColumns, type PrintFolder, toFolder } from './print-folders.ts';

export interface FolderListQuery {
  /** The party that asked; all parties' when absent. */
  owner?: string;
  status?: PrintFolderStatus;
  limit: number;
  /** The last one seen: when it was asked for, in epoch milliseconds, and its id. */
  after?: { at: number; id: string };
}

/** The newest first. */
export async function listFolders(
  database: Pick<Database, 'query'>,
  { owner, status, limit, after }: FolderListQuery,
): Promise<PrintFolder[]> {
  const rows = await database.query<FolderColumns>(
    `select ${FOLDER_COLUMNS} from print_folder
      where ($1::text is null or owner = $1) and ($2::text is null or status = $2)
        and ($3::timestamptz is null or (created_at, id) < ($3, $4::text))
      order by created_at desc, id desc limit $5`,
    [owner ?? null, status ?? null, after ? asDate(after.at) : null, after?.id ?? null, limit],
  );
  return rows.map(toFolder);
}
