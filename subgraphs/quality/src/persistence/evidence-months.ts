/**
 * The months that evidence belongs to and whether they are judged. A fact locks its month for share and an evaluation for update, so that no
 * fact comes between the evidence that an evaluation reads and the result that it keeps.
 */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import type { Outbox } from '@nodo-aperto/kernel/events';
import { asDate, type Clock, fromDate, toIso } from '@nodo-aperto/kernel/time';
import { kpiMonthReopened } from '@nodo-aperto/schema/events';
import type { Month } from '../domain/month.ts';
import type { Queries } from './queries.ts';

const MONTH_STATES = ['OPEN', 'FINAL', 'REOPENED'] as const;
export type MonthState = (typeof MONTH_STATES)[number];

/** A PSP's month that a fact has changed the evidence of. */
export interface TouchedMonth {
  pspCode: string;
  month: Month;
}

export interface EvidenceMonth extends TouchedMonth {
  state: MonthState;
  reopenings: number;
  reason: string | null;
  /** Epoch milliseconds. */
  changedAt: number;
}

interface MonthRow {
  psp_code: string;
  month: string;
  state: MonthState;
  reopenings: number;
  reason: string | null;
  changed_at: Date;
}

/**
 * Notes that the evidence of months has changed; those that were final are open again, which is stated.
 * @param reason what came, for people
 */
export async function touchMonths(
  transaction: Transaction,
  parts: { outbox: Outbox; clock: Clock },
  touched: readonly TouchedMonth[],
  reason: string,
): Promise<void> {
  const distinct = new Map(touched.map((each) => [monthKey(each), each]));
  const now = parts.clock.now();
  // In one order everywhere, so that two transactions cannot wait for each other.
  for (const key of [...distinct.keys()].sort()) {
    const { pspCode, month } = distinct.get(key) as TouchedMonth;
    if ((await lockState(transaction, pspCode, month, 'share', now)) !== 'FINAL') continue;
    const [row] = await transaction.query<{ reopenings: number }>(
      `update kpi_month set state = 'REOPENED', reopenings = reopenings + 1, reason = $3, changed_at = $4
        where psp_code = $1 and month = $2 and state = 'FINAL' returning reopenings`,
      [pspCode, month, reason, asDate(now)],
    );
    if (!row) continue;
    await parts.outbox.append(transaction, kpiMonthReopened, { pspCode, month, reason, at: toIso(now), revision: row.reopenings });
  }
}

/** Locks a month until the end of the transaction, making it when it is new. */
export async function lockState(
  transaction: Transaction,
  pspCode: string,
  month: Month,
  strength: 'share' | 'update',
  now: number,
): Promise<MonthState> {
  await transaction.query(
    "insert into kpi_month (psp_code, month, state, changed_at) values ($1, $2, 'OPEN', $3) on conflict do nothing",
    [pspCode, month, asDate(now)],
    { name: 'quality_make_month' },
  );
  const [row] = await transaction.query<{ state: MonthState }>(
    `select state from kpi_month where psp_code = $1 and month = $2 for ${strength}`,
    [pspCode, month],
    { name: `quality_lock_month_${strength}` },
  );
  return row?.state ?? 'OPEN';
}

export async function closeMonth(transaction: Transaction, pspCode: string, month: Month, now: number): Promise<void> {
  await transaction.query("update kpi_month set state = 'FINAL', changed_at = $3 where psp_code = $1 and month = $2", [
    pspCode,
    month,
    asDate(now),
  ]);
}

/** A page of the months up to one that are not final, by month and PSP. */
export async function monthsToEvaluate(
  queries: Queries,
  until: Month,
  after: TouchedMonth | undefined,
  first: number,
): Promise<TouchedMonth[]> {
  const rows = await queries.query<Pick<MonthRow, 'psp_code' | 'month'>>(
    `select psp_code, month from kpi_month where state <> 'FINAL' and month <= $1 and (month, psp_code) > ($2, $3) order by month, psp_code limit $4`,
    [until, after?.month ?? '', after?.pspCode ?? '', first],
  );
  return rows.map((row) => ({ pspCode: row.psp_code, month: row.month }));
}

/** A page of the PSPs that a month is known of, by code. */
export async function pspsOfMonth(queries: Queries, month: Month, after: string, first: number): Promise<string[]> {
  const rows = await queries.query<{ psp_code: string }>(
    'select psp_code from kpi_month where month = $1 and psp_code > $2 order by psp_code limit $3',
    [month, after, first],
  );
  return rows.map((row) => row.psp_code);
}

/** The states of months of PSPs, by "psp/month". */
export async function monthStates(database: Database, months: readonly TouchedMonth[]): Promise<EvidenceMonth[]> {
  const rows = await database.query<MonthRow>(
    `select * from kpi_month where (psp_code, month) in (select * from unnest($1::text[], $2::text[]))`,
    [months.map((each) => each.pspCode), months.map((each) => each.month)],
  );
  return rows.map((row) => ({
    pspCode: row.psp_code,
    month: row.month,
    state: row.state,
    reopenings: row.reopenings,
    reason: row.reason,
    changedAt: fromDate(row.changed_at),
  }));
}

export function monthKey({ pspCode, month }: TouchedMonth): string {
  return `${pspCode}/${month}`;
}
