/** `platform slo`: the objectives of a month, computed from the records. */
import { startOfLocalDay } from '@nodo-aperto/kernel/time';
import { CommandError } from '../failure.ts';
import { layFoundation } from '../foundation.ts';
import { AVAILABILITY, IN_TIME, type Judged, judge, percentage, RECEIPT_SECONDS, RECEIPTS } from '../objectives/objectives.ts';
import { type MonthRecord, monthRecord } from '../objectives/records.ts';

export interface SloOptions {
  data: string;
  month: string;
  json?: boolean;
}

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** @returns the page, or the same as JSON @throws CommandError for what is no month */
export async function slo({ data, month, json }: SloOptions): Promise<string> {
  const [, year, number] = MONTH.exec(month) ?? [];
  if (year === undefined || number === undefined) throw new CommandError(`"${month}" is not a month; expected one such as 2026-03.`);
  const next = number === '12' ? `${Number(year) + 1}-01` : `${year}-${String(Number(number) + 1).padStart(2, '0')}`;
  const foundation = await layFoundation({ service: 'platform', folder: data });
  const { log, clock, environment } = foundation;
  const database = await foundation.openDatabase();
  try {
    const span = { from: startOfLocalDay(`${month}-01`), before: startOfLocalDay(`${next}-01`) };
    const record = await monthRecord(environment.DATABASE_REPLICA_URL ?? database.url, span, { log, clock });
    const objectives = objectivesOf(record);
    return json === true ? JSON.stringify({ month, objectives, ...record }, null, 2) : page(month, record, objectives);
  } finally {
    await database.release();
  }
}

function objectivesOf({ primitives, deliveries }: MonthRecord): Judged[] {
  const calls = primitives.reduce((sum, each) => sum + each.calls, 0);
  const unanswered = primitives.reduce((sum, each) => sum + each.unanswered, 0);
  return [
    judge({ name: 'calls of PSPs answered', total: calls, good: calls - unanswered }, AVAILABILITY),
    ...primitives.map((each) => judge({ name: `${each.method} within 2 s`, total: each.calls, good: each.inTime }, IN_TIME)),
    judge(
      {
        name: `receipts at their creditors within ${RECEIPT_SECONDS} s`,
        total: deliveries.recipients - deliveries.excused,
        good: deliveries.prompt,
      },
      RECEIPTS,
    ),
  ];
}

function page(month: string, { primitives, sessions, deliveries }: MonthRecord, objectives: readonly Judged[]): string {
  const lines = objectives.map(({ name, objective, kept, left, total, good }) =>
    [name.padEnd(44), percentage({ good, total }).padStart(11), `of ${total}`.padStart(14), `promised ${objective * 100} %`.padEnd(18)]
      .concat(kept ? `kept, ${left} more may fail` : `BROKEN by ${-left}`)
      .join('  '),
  );
  const { opened, booked, refused, expired, open } = sessions;
  return [
    `Service level objectives of ${month}, from the records`,
    '',
    ...lines,
    '',
    `Sessions: ${opened} opened; ${booked} booked, ${refused} refused by the PSP, ${expired} expired, ${open} open.`,
    `Receipts: ${deliveries.recipients} to deliver; ${deliveries.delivered} delivered, ${deliveries.excused} not taken by their creditors at first.`,
    `Mean durations: ${primitives.map(({ method, meanMs }) => `${method} ${meanMs.toFixed(1)} ms`).join(', ') || 'no calls'}.`,
  ].join('\n');
}
