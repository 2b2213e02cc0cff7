/** The transfers behind a reporting unit and the flows that say something of them, a page at a time. */
import { fromDate } from '@nodo-aperto/kernel/time';
import type { Queries } from './queries.ts';

export interface UnitKey {
  pspCode: string;
  brokerCode: string;
  creditorFiscalCode: string;
  day: string;
}

/** A transfer of a booked payment and the lines of published flows about it. Instants are epoch milliseconds. */
export interface UnitTransfer {
  paymentToken: string;
  idTransfer: number;
  amount: number;
  paidAt: number;
  lines: readonly UnitLine[];
}

export interface UnitLine {
  name: string;
  revision: number;
  amount: number;
  publishedAt: number;
  /** Whether no later revision of the flow is published. */
  inForce: boolean;
}

interface Row {
  payment_token: string;
  id_transfer: number;
  amount: number;
  paid_at: Date;
  lines: { name: string; revision: number; amount: number; at: number; in_force: boolean }[];
}

const MOST_LINES = 20;

/** @param after token and number of the last one seen */
export async function readUnitTransfers(
  queries: Queries,
  unit: UnitKey,
  after: readonly [string, number],
  first: number,
): Promise<UnitTransfer[]> {
  const rows = await queries.query<Row>(
    `select transfer.payment_token, transfer.id_transfer, transfer.amount, transfer.paid_at, coalesce((
        select jsonb_agg(jsonb_build_object('name', name, 'revision', revision, 'amount', amount, 'at', at, 'in_force', in_force) order by at, name)
          from (select line.name, line.revision, line.amount, round(extract(epoch from flow.published_at) * 1000) as at,
              not exists (select 1 from published_flow later
                where later.psp_code = flow.psp_code and later.name = flow.name and later.revision > flow.revision) as in_force
            from reported_line line
            join published_flow flow on flow.psp_code = line.psp_code and flow.name = line.name and flow.revision = line.revision
            where line.iur = transfer.payment_token and line.id_transfer = transfer.id_transfer and line.iuv = transfer.iuv
              and line.creditor_fiscal_code = transfer.creditor_fiscal_code and line.psp_code = transfer.psp_code
            order by at, line.name limit ${MOST_LINES}) as found), '[]') as lines
      from booked_transfer transfer
      where transfer.psp_code = $1 and transfer.payment_day = $2 and transfer.broker_code = $3 and transfer.creditor_fiscal_code = $4
        and (transfer.payment_token, transfer.id_transfer) > ($5, $6)
      order by transfer.payment_token, transfer.id_transfer limit $7`,
    [unit.pspCode, unit.day, unit.brokerCode, unit.creditorFiscalCode, ...after, first],
  );
  return rows.map((row) => ({
    paymentToken: row.payment_token,
    idTransfer: row.id_transfer,
    amount: row.amount,
    paidAt: fromDate(row.paid_at),
    lines: row.lines.map(({ at, in_force: inForce, ...line }) => ({ ...line, publishedAt: at, inForce })),
  }));
}

/** A line that names the creditor and the day of a unit but matches no payment of the PSP. */
export interface UnmatchedLine {
  name: string;
  revision: number;
  iuv: string;
  iur: string;
  amount: number;
}

/** At most a hundred, by flow and place. */
export async function readUnmatchedLines(queries: Queries, unit: Omit<UnitKey, 'brokerCode'>): Promise<UnmatchedLine[]> {
  return queries.query<UnmatchedLine>(
    `select line.name, line.revision, line.iuv, line.iur, line.amount
      from reported_line line join published_flow flow on flow.psp_code = line.psp_code and flow.name = line.name and flow.revision = line.revision
      where line.psp_code = $1 and line.pay_day = $2 and line.creditor_fiscal_code = $3
        and not exists (select 1 from published_flow later
          where later.psp_code = flow.psp_code and later.name = flow.name and later.revision > flow.revision)
        and not exists (select 1 from booked_transfer transfer where transfer.payment_token = line.iur and transfer.id_transfer = line.id_transfer
          and transfer.iuv = line.iuv and transfer.creditor_fiscal_code = line.creditor_fiscal_code and transfer.psp_code = line.psp_code)
      order by line.name, line.index limit 100`,
    [unit.pspCode, unit.day, unit.creditorFiscalCode],
  );
}
