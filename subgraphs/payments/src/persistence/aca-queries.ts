/** The projection of ACA: every notice as its own subgraph last stated it, so that Stand-In needs nobody else. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { NoticeSnapshot } from '@nodo-aperto/schema/events';
import type { NoticeKey } from './notice-queries.ts';

/** Keeps the newest revision of every notice, in whatever order they come. */
export async function keepNotices(transaction: Transaction, notices: readonly NoticeSnapshot[]): Promise<void> {
  // One statement may not touch a row twice: of several revisions of a notice only the newest goes in.
  const newest = new Map<string, NoticeSnapshot>();
  for (const notice of notices) {
    const key = `${notice.creditorFiscalCode}/${notice.noticeNumber}`;
    if ((newest.get(key)?.revision ?? 0) < notice.revision) newest.set(key, notice);
  }
  await transaction.query(
    `insert into aca_notice as known (creditor_fiscal_code, notice_number, revision, data)
      select item ->> 'creditorFiscalCode', item ->> 'noticeNumber', (item ->> 'revision')::bigint, item from jsonb_array_elements($1::jsonb) as item
      on conflict (creditor_fiscal_code, notice_number) do update set revision = excluded.revision, data = excluded.data
      where known.revision < excluded.revision`,
    [JSON.stringify([...newest.values()])],
  );
}

/** What ACA has of a notice. */
export async function readAca(database: Database, key: NoticeKey): Promise<NoticeSnapshot | undefined> {
  const [row] = await database.query<{ data: NoticeSnapshot }>(
    'select data from aca_notice where creditor_fiscal_code = $1 and notice_number = $2',
    [key.creditorFiscalCode, key.noticeNumber],
    { name: 'payments_read_aca' },
  );
  return row?.data;
}
