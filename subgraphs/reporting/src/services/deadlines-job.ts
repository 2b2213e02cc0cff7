/** Looks at the deadlines of reporting as they pass: what is missing, and which flows are final. */
import { deadlinesOfDay, operativeDayBounds, operativeDayOf } from '@nodo-aperto/kernel/calendar';
import { invariant } from '@nodo-aperto/kernel/faults';
import type { JobDefinition } from '@nodo-aperto/kernel/jobs';
import { type LocalDate, MINUTE, toIso } from '@nodo-aperto/kernel/time';
import { flowFinal, flowMissing } from '@nodo-aperto/schema/events';
import { lastFinalSettlement } from '../domain/replaceable-until.ts';
import { firstBooked, keepMissing, lastCheckedDay, markFinal } from '../persistence/deadlines.ts';
import type { Writing } from './writing.ts';

/** Name of the job, as operators know it. */
const REPORTING_DEADLINES = 'REPORTING_DEADLINES';
const EVERY = 15 * MINUTE;
/** Facts stated in one transaction. */
const STATED_AT_ONCE = 1_000;

type Records = Pick<Writing, 'database' | 'outbox' | 'clock'>;

/** The first operative day with payments whose deadline has passed and which has not been looked at. */
async function nextDay({ database, clock }: Records): Promise<LocalDate | undefined> {
  const last = await lastCheckedDay(database);
  const booked = await firstBooked(database, last === undefined ? undefined : operativeDayBounds(last)?.before);
  if (booked === undefined) return undefined;
  const day = operativeDayOf(booked);
  return deadlinesOfDay(day).lateFrom <= clock.now() ? day : undefined;
}

async function checkDay(records: Records, operativeDay: LocalDate): Promise<number> {
  const { database, outbox, clock } = records;
  const bounds = operativeDayBounds(operativeDay);
  invariant(bounds !== undefined, 'payments belong to operative days');
  const deadlines = deadlinesOfDay(operativeDay);
  return database.transaction(async (transaction) => {
    const found = (await keepMissing(transaction, { ...deadlines, ...bounds }, clock.now())) ?? [];
    for (let from = 0; from < found.length; from += STATED_AT_ONCE) {
      const facts = found.slice(from, from + STATED_AT_ONCE).map(({ foundAt, ...missing }) => ({ ...missing, foundAt: toIso(foundAt) }));
      await outbox.appendMany(transaction, flowMissing, facts);
    }
    return found.length;
  });
}

async function markBatch({ database, outbox, clock }: Records): Promise<number> {
  const now = clock.now();
  return database.transaction(async (transaction) => {
    const flows = await markFinal(transaction, lastFinalSettlement(now), now, STATED_AT_ONCE);
    await outbox.appendMany(
      transaction,
      flowFinal,
      flows.map((flow) => ({ ...flow, finalAt: toIso(now) })),
    );
    return flows.length;
  });
}

/** The job: every day once, every flow once, however often it runs; one transaction for each day and for each thousand flows. */
export function deadlinesJob(records: Records): JobDefinition {
  return {
    name: REPORTING_DEADLINES,
    everyMs: EVERY,
    async run({ signal }) {
      let [days, missing, final] = [0, 0, 0];
      for (let day = await nextDay(records); day !== undefined; day = await nextDay(records)) {
        signal.throwIfAborted();
        missing += await checkDay(records, day);
        days += 1;
      }
      for (let marked = STATED_AT_ONCE; marked === STATED_AT_ONCE; ) {
        signal.throwIfAborted();
        marked = await markBatch(records);
        final += marked;
      }
      return { processed: days + final, detail: `${days} operative days, ${missing} reports missing, ${final} flows final` };
    },
  };
}
