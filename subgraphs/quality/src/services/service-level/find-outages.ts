/** Finds the outages of everybody whose calls changed since they were last looked for. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { JobSummary } from '@nodo-aperto/kernel/jobs';
import { startOfLocalDay } from '@nodo-aperto/kernel/time';
import { OUTAGE_WINDOW_MS, OutageFinder } from '../../domain/service-level/outage.ts';
import { isAnswered } from '../../domain/service-level/answer.ts';
import { type DueSubject, dueSubjects, firstOutageTouching, replaceOutages, takeDue } from '../../persistence/service-level/outages.ts';
import { type CallPlace, rawCallsOf } from '../../persistence/service-level/raw-calls.ts';

const AT_ONCE = 500;
const PAGE = 5_000;
/** All calls since an instant are looked at: the year 9999 lies behind them. */
const EVER = startOfLocalDay('9999-01-01');

export async function findOutages(database: Database, signal: AbortSignal): Promise<JobSummary> {
  let processed = 0;
  for (;;) {
    const due = await dueSubjects(database, AT_ONCE);
    for (const subject of due) {
      if (signal.aborted) return { processed };
      await database.transaction((transaction) => findAgain(transaction, subject));
      processed += 1;
    }
    if (due.length < AT_ONCE) return { processed };
  }
}

async function findAgain(transaction: Transaction, subject: DueSubject): Promise<void> {
  const since = await takeDue(transaction, subject.series);
  if (since === undefined) return;
  const touched = await firstOutageTouching(transaction, subject.series, since);
  // A call may be the last of five that began up to the window before it; an outage that it lies in is found again from its begin.
  const from = Math.min(since - OUTAGE_WINDOW_MS, touched ?? since);
  const finder = new OutageFinder();
  for (let after: CallPlace | undefined; ; ) {
    const calls = await rawCallsOf(transaction, subject, { from, until: EVER }, { after, size: PAGE });
    for (const call of calls) finder.add({ at: call.at, answered: isAnswered(call) });
    after = calls.at(-1)?.place;
    if (calls.length < PAGE) break;
  }
  await replaceOutages(transaction, subject.series, from, finder.found());
}
