/** Outages as they are kept, and where they have to be looked for again. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { Interval } from '../../domain/service-level/intervals.ts';
import type { Outage } from '../../domain/service-level/outage.ts';
import type { Subject } from '../../domain/service-level/subject.ts';
import type { Queries } from '../queries.ts';

export interface DueSubject extends Subject {
  series: number;
}

export function dueSubjects(queries: Queries, limit: number): Promise<DueSubject[]> {
  return queries.query<DueSubject>(
    'select series, kind, code from outage_due join level_series on id = series order by from_at, series limit $1',
    [limit],
  );
}

/** Takes the mark off a subject: calls that come from now on set a new one. @returns since when to look; nothing when it is gone already */
export async function takeDue(transaction: Transaction, series: number): Promise<number | undefined> {
  const [row] = await transaction.query<{ from_at: Date }>('delete from outage_due where series = $1 returning from_at', [series]);
  return row && fromDate(row.from_at);
}

/** The begin of the first outage that is open, or ended after an instant. */
export async function firstOutageTouching(queries: Queries, series: number, instant: number): Promise<number | undefined> {
  const [row] = await queries.query<{ from_at: Date | null }>(
    'select min(from_at) as from_at from outage where series = $1 and (until_at is null or until_at > $2)',
    [series, asDate(instant)],
  );
  return row?.from_at ? fromDate(row.from_at) : undefined;
}

/** Puts outages in the place of those that began at an instant or later. */
export async function replaceOutages(transaction: Transaction, series: number, since: number, outages: readonly Outage[]): Promise<void> {
  await transaction.query('delete from outage where series = $1 and from_at >= $2', [series, asDate(since)]);
  const rows = outages.map(({ from, until, calls }) => {
    return { series, from_at: toIso(from), until_at: until === undefined ? null : toIso(until), calls };
  });
  await transaction.query('insert into outage select * from json_populate_recordset(null::outage, $1::json)', [JSON.stringify(rows)]);
}

/** Outages that touch a span, in the order of time. */
export async function outagesOf(
  queries: Queries,
  { kind, code }: Subject,
  { from, until }: Interval,
  page: { afterFrom?: number | undefined; size: number },
): Promise<Outage[]> {
  const rows = await queries.query<{ from_at: Date; until_at: Date | null; calls: number }>(
    `select from_at, until_at, calls from outage where series = (select id from level_series where kind = $1 and code = $2 and method = '')
        and (until_at is null or until_at > $3) and from_at < $4 and ($5::timestamptz is null or from_at > $5)
      order by from_at limit $6`,
    [kind, code, asDate(from), asDate(until), page.afterFrom === undefined ? null : asDate(page.afterFrom), page.size],
  );
  return rows.map((row) => ({
    from: fromDate(row.from_at),
    ...(row.until_at && { until: fromDate(row.until_at) }),
    calls: row.calls,
  }));
}
