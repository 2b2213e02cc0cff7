/** When stations were in Stand-In, and why. Source: domain facts, Payments section 3. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';
import type { Interval } from '../../domain/service-level/intervals.ts';
import type { Queries } from '../queries.ts';

export interface StandInChange {
  stationCode: string;
  brokerCode: string;
  reason: string;
  /** Epoch milliseconds. */
  at: number;
}

export async function noteStandInEntered(transaction: Transaction, { stationCode, brokerCode, reason, at }: StandInChange): Promise<void> {
  await transaction.query(
    `insert into stand_in_period (station_code, from_at, broker_code, entered_reason) values ($1, $2, $3, $4) on conflict do nothing`,
    [stationCode, asDate(at), brokerCode, reason],
  );
}

export async function noteStandInLeft(transaction: Transaction, { stationCode, reason, at }: StandInChange): Promise<void> {
  await transaction.query(
    'update stand_in_period set until_at = $2, left_reason = $3 where station_code = $1 and until_at is null and from_at <= $2',
    [stationCode, asDate(at), reason],
  );
}

export interface StandInPeriod {
  from: number;
  /** Absent while it lasts. */
  until?: number;
  enteredReason: string;
  leftReason?: string;
}

/** Those that touch a span, in the order of time. */
export async function standInPeriods(
  queries: Queries,
  stationCode: string,
  { from, until }: Interval,
  page: { afterFrom?: number | undefined; size: number },
): Promise<StandInPeriod[]> {
  const rows = await queries.query<{ from_at: Date; until_at: Date | null; entered_reason: string; left_reason: string | null }>(
    `select from_at, until_at, entered_reason, left_reason from stand_in_period
      where station_code = $1 and (until_at is null or until_at > $2) and from_at < $3 and ($4::timestamptz is null or from_at > $4)
      order by from_at limit $5`,
    [stationCode, asDate(from), asDate(until), page.afterFrom === undefined ? null : asDate(page.afterFrom), page.size],
  );
  return rows.map((row) => ({
    from: fromDate(row.from_at),
    ...(row.until_at && { until: fromDate(row.until_at) }),
    enteredReason: row.entered_reason,
    ...(row.left_reason !== null && { leftReason: row.left_reason }),
  }));
}
