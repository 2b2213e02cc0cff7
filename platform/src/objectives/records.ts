/** What the records say of a month: three questions to three schemas, of which none is joined with another. */
import { openDatabase } from '@nodo-aperto/kernel/database';
import type { Logger } from '@nodo-aperto/kernel/logging';
import { asDate, type Clock, MINUTE } from '@nodo-aperto/kernel/time';
import { RECEIPT_SECONDS } from './objectives.ts';

export interface Month {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly before: number;
}

/** Calls of PSPs by one primitive. */
export interface PrimitiveCalls {
  readonly method: string;
  readonly calls: number;
  readonly unanswered: number;
  readonly inTime: number;
  readonly meanMs: number;
}

export interface Sessions {
  readonly opened: number;
  readonly booked: number;
  readonly refused: number;
  readonly expired: number;
  readonly open: number;
}

export interface Deliveries {
  readonly recipients: number;
  readonly delivered: number;
  /** Within the seconds that are promised. */
  readonly prompt: number;
  /** Not so, because the creditor did not take it at the first attempt. */
  readonly excused: number;
}

export interface MonthRecord {
  readonly primitives: readonly PrimitiveCalls[];
  readonly sessions: Sessions;
  readonly deliveries: Deliveries;
}

/** A month of a large deployment takes its time. */
const STATEMENT_LIMIT_MS = 10 * MINUTE;

const PRIMITIVES = `select series.method, sum(level.calls)::bigint as calls, sum(level.unanswered)::bigint as unanswered,
    sum(level.in_time)::bigint as "inTime", coalesce(sum(level.total_ms)::float8 / nullif(sum(level.calls), 0), 0) as "meanMs"
  from level_month as level join level_series as series on series.id = level.series
  where series.kind = 'PSP' and series.method <> '' and level.start >= $1 and level.start < $2 group by series.method order by series.method`;
const SESSIONS = `select count(*) as opened, count(*) filter (where outcome = 'OK') as booked, count(*) filter (where outcome = 'KO') as refused,
    count(*) filter (where outcome is null and status = 'CANCELLED') as expired, count(*) filter (where status = 'PAYING') as open
  from payment where activated_at >= $1 and activated_at < $2`;
const DELIVERIES = `select count(*) as recipients, count(delivered_at) as delivered, count(*) filter (where prompt) as prompt,
    count(*) filter (where not prompt and refused) as excused
  from (select recipient.delivered_at, coalesce(recipient.delivered_at <= recipient.created_at + $3 * interval '1 second', false) as prompt,
      recipient.attempts > 1 or recipient.error_code is not null as refused
    from receipt join recipient using (receipt_id) where receipt.paid_at >= $1 and receipt.paid_at < $2) as delivery`;

/** @param url of the database, or of a standby of it: everything is only read */
export async function monthRecord(url: string, { from, before }: Month, parts: { log: Logger; clock: Clock }): Promise<MonthRecord> {
  const month = [asDate(from), asDate(before)];
  const ask = async <Row>(schema: string, sql: string, parameters: readonly unknown[]): Promise<Row[]> => {
    const database = await openDatabase({
      ...parts,
      url,
      schema,
      entities: [],
      migrations: [],
      migrate: false,
      poolSize: 1,
      statementTimeoutMs: STATEMENT_LIMIT_MS,
    });
    try {
      return await database.query<Row>(sql, parameters);
    } finally {
      await database.close();
    }
  };
  const primitives = await ask<PrimitiveCalls>('quality', PRIMITIVES, month);
  const [sessions] = await ask<Sessions>('payments', SESSIONS, month);
  const [deliveries] = await ask<Deliveries>('receipts', DELIVERIES, [...month, RECEIPT_SECONDS]);
  if (!sessions || !deliveries) throw new Error('a count without a row');
  return { primitives, sessions, deliveries };
}
