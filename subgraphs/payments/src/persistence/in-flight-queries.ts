/** What is under way now: open sessions by station and PSP, and payments that are longer in their state than they should be. */
import { type Principal, withheldCreditors } from '@nodo-aperto/kernel/auth';
import type { Database } from '@nodo-aperto/kernel/database';
import type { PassingStatus } from '../domain/stuck-payment.ts';

/** A condition of SQL on `payment`, with the parameter that it takes. */
interface Condition {
  readonly text: (parameter: string) => string;
  readonly value: string | undefined;
}

/** The payments that a caller's lists hold: see `visiblePayments`. Undefined when it may see none. */
function seenBy(principal: Principal): Condition | undefined {
  const { role, tenant } = principal;
  if (role === 'OPERATOR') return { text: (parameter) => `${parameter}::text is null`, value: undefined };
  if (tenant === undefined) return undefined;
  if (role === 'PARTNER')
    return {
      text: (parameter) => `((creditor_broker_code = ${parameter}${notOf(principal)}) or psp_broker_code = ${parameter})`,
      value: tenant,
    };
  const columns = {
    EC: ['creditor_fiscal_code'],
    PSP: ['psp_code'],
    CITIZEN: undefined,
  }[role];
  return columns && { text: (parameter) => `(${columns.map((column) => `${column} = ${parameter}`).join(' or ')})`, value: tenant };
}

/** Leaves out the creditors that do not let the partner see their payments. Codes of creditors are digits: they need no parameter. */
function notOf(principal: Principal): string {
  const withheld = withheldCreditors(principal, 'PAYMENTS_READ').filter((code) => /^\d{11}$/.test(code));
  return withheld.length === 0 ? '' : ` and creditor_fiscal_code <> all ('{${withheld.join(',')}}')`;
}

/** The open sessions of one PSP through one station. */
export interface SessionTotal {
  readonly stationCode: string;
  readonly pspCode: string;
  readonly sessions: number;
  /** How many are past their deadline and wait for the expiry job. */
  readonly overdue: number;
  /** Euro cents. */
  readonly amount: number;
  readonly standIn: number;
  readonly oldest: Date;
  readonly nextDeadline: Date;
}

export interface TotalsQuestion {
  readonly now: Date;
  readonly stationCode: string | undefined;
  readonly pspCode: string | undefined;
  readonly after: readonly [stationCode: string, pspCode: string] | undefined;
  readonly limit: number;
}

/** In the order of station and PSP. */
export async function readSessionTotals(database: Database, principal: Principal, question: TotalsQuestion): Promise<SessionTotal[]> {
  const seen = seenBy(principal);
  if (!seen) return [];
  const { now, stationCode, pspCode, after, limit } = question;
  return database.query<SessionTotal>(
    `select station_code as "stationCode", psp_code as "pspCode", count(*)::integer as sessions,
        count(*) filter (where expires_at <= $2)::integer as overdue, sum(amount)::float8 as amount,
        count(*) filter (where stand_in)::integer as "standIn", min(activated_at) as oldest, min(expires_at) as "nextDeadline"
      from payment where status = 'PAYING' and ${seen.text('$1')}
        and ($3::text is null or station_code = $3) and ($4::text is null or psp_code = $4)
        and ($5::text is null or (station_code, psp_code) > ($5, $6))
      group by 1, 2 order by 1, 2 limit $7`,
    [seen.value, now, stationCode, pspCode, after?.[0], after?.[1], limit],
  );
}

/** A payment in a state, and since when its time has been running. */
export interface StuckRow {
  readonly paymentToken: string;
  readonly status: PassingStatus;
  readonly since: Date;
}

export interface StuckQuestion {
  /** A payment in the state is stuck when its time began before this. */
  readonly before: Readonly<Record<PassingStatus, Date>>;
  readonly stationCode: string | undefined;
  readonly after: readonly [since: Date, paymentToken: string] | undefined;
  readonly limit: number;
}

/** The longest stuck first. */
export async function readStuck(database: Database, principal: Principal, question: StuckQuestion): Promise<StuckRow[]> {
  const seen = seenBy(principal);
  if (!seen) return [];
  const { before, stationCode, after, limit } = question;
  return database.query<StuckRow>(
    `with passing as (
        select payment_token, status, expires_at as since from payment
        where status = 'PAYING' and expires_at < $2 and ${seen.text('$1')} and ($6::text is null or station_code = $6)
      union all
        select payment_token, status, (select max(at) from payment_status_change as change where change.payment_token = payment.payment_token)
        from payment where status in ('PAID', 'NOTICE_GENERATED', 'NOTICE_SENT') and activated_at < greatest($3::timestamptz, $4, $5)
          and ${seen.text('$1')} and ($6::text is null or station_code = $6)
      )
      select payment_token as "paymentToken", status, since from passing
      where since < case status when 'PAYING' then $2 when 'PAID' then $3 when 'NOTICE_GENERATED' then $4 else $5 end
        and ($7::timestamptz is null or (since, payment_token) > ($7, $8))
      order by since, payment_token limit $9`,
    [seen.value, before.PAYING, before.PAID, before.NOTICE_GENERATED, before.NOTICE_SENT, stationCode, after?.[0], after?.[1], limit],
  );
}
