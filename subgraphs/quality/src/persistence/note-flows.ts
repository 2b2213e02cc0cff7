/** Writes what reporting tells: published flows and their lines, in any order and however often. */
import type { Transaction } from '@nodo-aperto/kernel/database';
import { asDate, toLocalDate } from '@nodo-aperto/kernel/time';
import type { TouchedMonth } from './evidence-months.ts';
import { instantOf } from './instant.ts';
import type { Queries } from './queries.ts';

export interface FlowKey {
  pspCode: string;
  name: string;
  revision: number;
  creditorFiscalCode: string;
}

export interface ReportedLine {
  index: number;
  iuv: string;
  iur: string;
  idTransfer: number;
  amount: number;
  /** ISO 8601 */
  payDate: string;
}

export async function noteFlow(transaction: Transaction, flow: FlowKey & { publishedAt: string }): Promise<TouchedMonth[]> {
  const made = await transaction.query(
    `insert into published_flow (psp_code, name, revision, creditor_fiscal_code, published_at) values ($1, $2, $3, $4, $5)
      on conflict do nothing returning 1`,
    [flow.pspCode, flow.name, flow.revision, flow.creditorFiscalCode, asDate(instantOf(flow.publishedAt))],
  );
  return made.length > 0 ? monthsOfFlow(transaction, flow) : [];
}

export async function noteLines(transaction: Transaction, flow: FlowKey, lines: readonly ReportedLine[]): Promise<TouchedMonth[]> {
  const rows = lines.map((line) => ({ ...line, payDay: toLocalDate(instantOf(line.payDate)) }));
  const made = await transaction.query(
    `insert into reported_line (psp_code, name, revision, index, creditor_fiscal_code, iuv, iur, id_transfer, amount, pay_day)
      select $1, $2, $3, line.index, $4, line.iuv, line.iur, line."idTransfer", line.amount, line."payDay"
      from jsonb_to_recordset($5::jsonb) as line (index bigint, iuv text, iur text, "idTransfer" smallint, amount bigint, "payDay" date)
      on conflict do nothing returning 1`,
    [flow.pspCode, flow.name, flow.revision, flow.creditorFiscalCode, JSON.stringify(rows)],
  );
  return made.length > 0 ? monthsOfFlow(transaction, flow) : [];
}

/**
 * The months whose evidence the revisions of a flow are part of: those of the payments that they report, and those that their lines name.
 * A revision also takes the place of the one before, so that all revisions count.
 */
export async function monthsOfFlow(queries: Queries, flow: Pick<FlowKey, 'pspCode' | 'name'>): Promise<TouchedMonth[]> {
  const rows = await queries.query<{ month: string }>(
    `select distinct month from (
        select transfer.month from reported_line line
          join booked_transfer transfer on transfer.payment_token = line.iur and transfer.id_transfer = line.id_transfer and transfer.psp_code = line.psp_code
          where line.psp_code = $1 and line.name = $2
        union all
        select to_char(pay_day, 'YYYY-MM') from reported_line where psp_code = $1 and name = $2 and pay_day is not null
      ) as months order by month limit 24`,
    [flow.pspCode, flow.name],
  );
  return rows.map((row) => ({ pspCode: flow.pspCode, month: row.month }));
}
