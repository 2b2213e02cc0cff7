/** Which operative days have been looked at, what was missing at their deadlines, and which flows have become final. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, type LocalDate } from '@nodo-aperto/kernel/time';
import { firstFlowFor } from './partitions.ts';

/** What a PSP had not reported to a creditor at the deadline of an operative day. */
export interface MissingReport {
  operativeDay: LocalDate;
  pspCode: string;
  creditorFiscalCode: string;
  dueDay: LocalDate;
  payments: number;
  /** Euro cents. */
  amount: number;
  /** Epoch milliseconds. */
  foundAt: number;
}

interface MissingColumns {
  operative_day: string;
  psp_code: string;
  creditor_fiscal_code: string;
  due_day: string;
  payments: number;
  amount: number;
  found_at: Date;
}

function missingOf(row: MissingColumns): MissingReport {
  return {
    operativeDay: row.operative_day,
    pspCode: row.psp_code,
    creditorFiscalCode: row.creditor_fiscal_code,
    dueDay: row.due_day,
    payments: row.payments,
    amount: row.amount,
    foundAt: fromDate(row.found_at),
  };
}

/** The last operative day that was looked at. */
export async function lastCheckedDay(database: Database): Promise<LocalDate | undefined> {
  const [row] = await database.query<{ day: string | null }>('select max(operative_day) as day from checked_day');
  return row?.day ?? undefined;
}

/** When the first payment from an instant on was booked; without one the first of all. */
export async function firstBooked(database: Database, from?: number): Promise<number | undefined> {
  const [row] = await database.query<{ at: Date | null }>(
    `select min(booked_at) as at from booked_transfer ${from === undefined ? '' : 'where booked_at >= $1'}`,
    from === undefined ? [] : [asDate(from)],
  );
  return row?.at ? fromDate(row.at) : undefined;
}

/**
 * Keeps what was missing of an operative day when its deadline passed: transfers that no flow had a line for which was, at that instant, the
 * last published revision of its name. Looks at a day once.
 * @returns what was missing; undefined when the day had been looked at
 */
export async function keepMissing(
  transaction: Transaction,
  day: { operativeDay: LocalDate; dueDay: LocalDate; from: number; before: number; lateFrom: number },
  now: number,
): Promise<MissingReport[] | undefined> {
  const fresh = await transaction.query(
    'insert into checked_day (operative_day, checked_at) values ($1, $2) on conflict do nothing returning operative_day',
    [day.operativeDay, asDate(now)],
  );
  if (fresh.length === 0) return undefined;
  const rows = await transaction.query<MissingColumns>(
    `insert into missing_report (operative_day, psp_code, creditor_fiscal_code, due_day, payments, amount, found_at)
      select $1, booked.psp_code, booked.creditor_fiscal_code, $2, count(*), sum(booked.amount)::bigint, $3 from booked_transfer as booked
      where booked.booked_at >= $4 and booked.booked_at < $5 and not exists (
        select from flow_line as line join flow on flow.id = line.flow_id
        where line.flow_id >= ${firstFlowFor('$4::timestamptz')} and line.iur = booked.iur and line.id_transfer = booked.id_transfer and flow.psp_code = booked.psp_code
          and flow.creditor_fiscal_code = booked.creditor_fiscal_code and flow.published_at < $6
          and not exists (select from flow as later where later.psp_code = flow.psp_code and later.name = flow.name
            and later.revision > flow.revision and later.published_at < $6))
      group by booked.psp_code, booked.creditor_fiscal_code order by booked.psp_code, booked.creditor_fiscal_code returning *`,
    [day.operativeDay, day.dueDay, asDate(now), asDate(day.from), asDate(day.before), asDate(day.lateFrom)],
  );
  return rows.map(missingOf);
}

/** What a list of missing reports is narrowed to. */
export interface MissingFilter {
  pspCode?: string;
  creditorFiscalCode?: string;
}

/** Where a page begins: after the report with these values. */
export interface MissingCursor {
  operativeDay: LocalDate;
  pspCode: string;
  creditorFiscalCode: string;
}

/** Missing reports, newest day first. */
export async function listMissing(
  database: Database,
  { pspCode, creditorFiscalCode }: MissingFilter,
  { limit, after }: { limit: number; after?: MissingCursor },
): Promise<MissingReport[]> {
  const rows = await database.query<MissingColumns>(
    `select * from missing_report where ($1::text is null or psp_code = $1) and ($2::text is null or creditor_fiscal_code = $2)
      ${after ? 'and (operative_day < $4 or (operative_day = $4 and (psp_code, creditor_fiscal_code) > ($5, $6)))' : ''}
      order by operative_day desc, psp_code, creditor_fiscal_code limit $3`,
    [pspCode ?? null, creditorFiscalCode ?? null, limit, ...(after ? [after.operativeDay, after.pspCode, after.creditorFiscalCode] : [])],
  );
  return rows.map(missingOf);
}

/** A flow that became final. */
export interface FinalFlow {
  pspCode: string;
  name: string;
  revision: number;
  creditorFiscalCode: string;
}

/** Marks last published revisions as final whose credit transfers were made on a day or before it; so many at most. */
export async function markFinal(transaction: Transaction, settledUntil: LocalDate, now: number, limit: number): Promise<FinalFlow[]> {
  const rows = await transaction.query<{ psp_code: string; name: string; revision: number; creditor_fiscal_code: string }>(
    `update flow set final_at = $2 where id in (
        select id from flow where latest and final_at is null and regulation_date <= $1 order by regulation_date, id limit $3 for update)
      returning psp_code, name, revision, creditor_fiscal_code`,
    [settledUntil, asDate(now), limit],
  );
  return rows.map((row) => ({
    pspCode: row.psp_code,
    name: row.name,
    revision: row.revision,
    creditorFiscalCode: row.creditor_fiscal_code,
  }));
}
