/** What waits, station by station. */
import type { ReadDatabase } from '@nodo-aperto/kernel/database';
import { asDate, fromDate } from '@nodo-aperto/kernel/time';

export interface QueueFilter {
  readonly stationCode?: string;
  readonly creditorFiscalCode?: string;
  readonly brokerCode?: string;
  /** Creditors that do not let the caller see what is theirs. */
  readonly withheld?: readonly string[];
}

export interface StationQueue {
  readonly stationCode: string;
  readonly brokerCode: string;
  /** Undelivered in all: the sum of the next four. */
  readonly total: number;
  readonly untried: number;
  readonly underWay: number;
  readonly retrying: number;
  readonly exhausted: number;
  /** Since when the oldest waits. */
  readonly since: number;
  /** When the first of them is sent next. */
  readonly nextAttemptAt: number | undefined;
  readonly standIn: boolean;
  readonly standInReason: string | undefined;
  /** Why the latest attempt failed. */
  readonly lastError: { readonly code: string; readonly detail: string } | undefined;
}

interface Row {
  station_code: string;
  broker_code: string;
  total: number;
  untried: number;
  under_way: number;
  exhausted: number;
  since: Date;
  next_attempt_at: Date | null;
  stand_in: boolean | null;
  reason: string | null;
  last_error: [string, string] | null;
}

/** The stations that something waits for, by code. */
export async function queueTotals(
  database: ReadDatabase,
  filter: QueueFilter,
  page: { readonly now: number; readonly after: string | undefined; readonly limit: number },
): Promise<StationQueue[]> {
  const rows = await database.query<Row>(
    `select queue.*, state.stand_in, state.reason from (
      select station_code, min(broker_code) as broker_code, count(*) as total,
        count(*) filter (where attempts = 0 and (claimed_until is null or claimed_until <= $1)) as untried,
        count(*) filter (where claimed_until > $1) as under_way,
        count(*) filter (where exhausted_at is not null and (claimed_until is null or claimed_until <= $1)) as exhausted,
        min(created_at) as since, min(next_attempt_at) as next_attempt_at,
        (array_agg(array[error_code, error_detail] order by attempted_at desc) filter (where error_code is not null))[1:1] as last_error
      from recipient where delivered_at is null and ($2::text is null or station_code = $2)
        and ($3::text is null or creditor_fiscal_code = $3) and ($4::text is null or broker_code = $4)
        and ($5::text is null or station_code > $5) and creditor_fiscal_code <> all ($7::text[])
      group by station_code order by station_code limit $6
    ) as queue left join station_state as state using (station_code) order by station_code`,
    [
      asDate(page.now),
      filter.stationCode ?? null,
      filter.creditorFiscalCode ?? null,
      filter.brokerCode ?? null,
      page.after ?? null,
      page.limit,
      filter.withheld ?? [],
    ],
  );
  return rows.map(toQueue);
}

function toQueue(row: Row): StationQueue {
  const [code, detail] = row.last_error?.flat() ?? [];
  return {
    stationCode: row.station_code,
    brokerCode: row.broker_code,
    total: row.total,
    untried: row.untried,
    underWay: row.under_way,
    retrying: row.total - row.untried - row.under_way - row.exhausted,
    exhausted: row.exhausted,
    since: fromDate(row.since),
    nextAttemptAt: row.next_attempt_at ? fromDate(row.next_attempt_at) : undefined,
    standIn: row.stand_in ?? false,
    standInReason: row.stand_in ? (row.reason ?? undefined) : undefined,
    lastError: code === undefined ? undefined : { code, detail: detail ?? '' },
  };
}
