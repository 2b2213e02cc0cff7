/** Looks a notice up in this subgraph's copy of ACA, with patience for one that was loaded just now. */
import { DeadlineExceededError, realClock } from '@nodo-aperto/kernel/time';
import type { NoticeSnapshot } from '@nodo-aperto/schema/events';
import { readAca } from '../persistence/aca-queries.ts';
import type { NoticeKey } from '../persistence/notice-queries.ts';
import type { PaymentsDependencies } from './dependencies.ts';

/**
 * Pauses between looks, in real milliseconds. The copy follows the archive within milliseconds; a creditor that loads a notice and goes down
 * at once must not make it unpayable. Together they are less than what the PSP has waited for the creditor already.
 */
const PAUSES_MS = [10, 20, 40, 80, 160, 320];

/** How long a look waits for a copy that is behind the archive, as while a creditor loads a year's notices; real milliseconds. */
const LONGEST_WAIT_MS = 3_000;

/** @returns undefined when the notice is not in ACA */
export async function findInAca(
  { database, archiveFollowed }: Pick<PaymentsDependencies, 'database' | 'archiveFollowed'>,
  key: NoticeKey,
): Promise<NoticeSnapshot | undefined> {
  const waits = realClock();
  for (const pause of PAUSES_MS) {
    const notice = await readAca(database, key);
    if (notice) return notice;
    await waits.sleep(pause);
  }
  try {
    await archiveFollowed(LONGEST_WAIT_MS);
  } catch (error) {
    if (!(error instanceof DeadlineExceededError)) throw error;
  }
  return readAca(database, key);
}
