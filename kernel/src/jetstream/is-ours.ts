import type { EventLog } from '../events/index.ts';

/**
 * Whether the broker's newest event of a stream is the record's at that position. What the record no longer keeps is believed; what it does not
 * have yet cannot have come from it.
 * @param id of the event; undefined when the message only points to the record
 */
export async function isOurs(record: EventLog, position: bigint, id: string | undefined): Promise<boolean> {
  const { head } = await record.bounds();
  if (position > head) return false;
  if (id === undefined || position <= (await record.oldest())) return true;
  const { events } = await record.page({ after: position - 1n, first: 1 });
  return events[0]?.position !== position || events[0].id === id;
}
