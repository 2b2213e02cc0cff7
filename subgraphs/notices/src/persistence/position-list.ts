/** Pages of a creditor's positions, numbered, as the debt positions interface lists them. */
import type { Database } from '@nodo-aperto/kernel/database';
import { toIso } from '@nodo-aperto/kernel/time';
import type { PositionStatus } from '@nodo-aperto/schema/events';
import type { PositionKey } from './position-store.ts';

/** Half-open interval, epoch milliseconds. */
export interface Interval {
  from: number;
  to: number;
}

export const POSITION_ORDERS = { INSERTED_DATE: 'created_at', IUPD: 'iupd', STATUS: 'status', COMPANY_NAME: 'company_name' } as const;
export type PositionOrder = keyof typeof POSITION_ORDERS;

export interface PositionListQuery {
  creditorFiscalCode: string;
  /** Only positions of the archive (true), or only those managed here (false). */
  aca?: boolean;
  /** Only positions all of whose notice numbers begin with one of these; absent: all. */
  prefixes?: readonly string[];
  status?: PositionStatus;
  /** Positions with a notice that is due in it. */
  due?: Interval;
  /** Positions with a notice that was paid in it. */
  paid?: Interval;
  orderBy: PositionOrder;
  descending: boolean;
  limit: number;
  offset: number;
  /** Epoch milliseconds. */
  now: number;
}

/** The SQL twin of the domain's `positionStatusAt`: only time moves a status without a write. `$2` is the instant. */
const STATUS_NOW = `case
  when position.status in ('PUBLISHED', 'VALID') and position.expires_at < $2 then 'EXPIRED'
  when position.status = 'PUBLISHED' and position.valid_from <= $2 then 'VALID'
  else position.status end`;

const WHERE = `from debt_position as position where position.creditor_fiscal_code = $1
  and ($3::text is null or ${STATUS_NOW} = $3)
  and ($4::timestamptz is null or exists (select from notice where notice.creditor_fiscal_code = position.creditor_fiscal_code
    and notice.iupd = position.iupd and notice.due_date >= $4 and notice.due_date < $5))
  and ($6::timestamptz is null or exists (select from notice where notice.creditor_fiscal_code = position.creditor_fiscal_code
    and notice.iupd = position.iupd and notice.paid_at >= $6 and notice.paid_at < $7))
  and ($8::boolean is null or position.aca = $8)
  and ($9::text[] is null or not exists (select from notice where notice.creditor_fiscal_code = position.creditor_fiscal_code
    and notice.iupd = position.iupd and not exists (select from unnest($9) as prefix where starts_with(notice.notice_number, prefix))))`;

/** One page and how many there are in all. */
export async function listPositions(
  database: Pick<Database, 'query'>,
  query: PositionListQuery,
): Promise<{ keys: PositionKey[]; total: number }> {
  const { due, paid } = query;
  const bound = (ms: number | undefined): string | null => (ms === undefined ? null : toIso(ms));
  const parameters = [
    query.creditorFiscalCode,
    toIso(query.now),
    query.status ?? null,
    bound(due?.from),
    bound(due?.to),
    bound(paid?.from),
    bound(paid?.to),
    query.aca ?? null,
    query.prefixes ?? null,
  ];
  const direction = query.descending ? 'desc' : 'asc';
  const order = `order by position.${POSITION_ORDERS[query.orderBy]} ${direction}, position.iupd ${direction}`;
  const [counted] = await database.query<{ total: number }>(`select count(*) as total ${WHERE}`, parameters);
  const keys = await database.query<PositionKey>(
    `select position.creditor_fiscal_code as "creditorFiscalCode", position.iupd ${WHERE} ${order} limit $10 offset $11`,
    [...parameters, query.limit, query.offset],
  );
  return { keys, total: counted?.total ?? 0 };
}
