/** What is removed when its time is over, a bounded number at a time. Instants are epoch milliseconds. */
import type { Database } from '@nodo-aperto/kernel/database';
import { asDate } from '@nodo-aperto/kernel/time';
import { removeOrphans } from './flow-writes.ts';

const FLOWS_AT_ONCE = 500;
/** Flows come about in the order of their ids: what is old enough is among the first. */
const FLOWS_LOOKED_AT = 2_000;
const LINES_AT_ONCE = 10_000;
const TRANSFERS_AT_ONCE = 5_000;

/** Removes flows that were published before an instant, with their lines. @returns how many; 0: there are no more */
export async function removeFlows(database: Database, publishedBefore: number): Promise<number> {
  const gone = await database.query<{ id: number }>(
    `delete from flow where id in (
      select id from (select id, status, published_at from flow order by id limit ${FLOWS_LOOKED_AT}) as oldest
        where status = 'PUBLISHED' and published_at < $1 order by id limit ${FLOWS_AT_ONCE}) returning id`,
    [asDate(publishedBefore)],
  );
  // Mostly there are none left: their partition is gone.
  for (const { id } of gone) {
    for (let removed = LINES_AT_ONCE; removed === LINES_AT_ONCE; )
      removed = await database.transaction((transaction) => removeOrphans(transaction, id, LINES_AT_ONCE));
  }
  return gone.length;
}

/** Removes the payments that were booked before an instant. @returns how many; 0: there are no more */
export async function removeTransfers(database: Database, bookedBefore: number): Promise<number> {
  const [row] = await database.query<{ gone: number }>(
    `with old as (select iur, id_transfer from booked_transfer where booked_at < $1 order by booked_at limit ${TRANSFERS_AT_ONCE}), gone as (
      delete from booked_transfer using old where booked_transfer.iur = old.iur and booked_transfer.id_transfer = old.id_transfer returning 1)
      select count(*) as gone from gone`,
    [asDate(bookedBefore)],
  );
  return row?.gone ?? 0;
}
