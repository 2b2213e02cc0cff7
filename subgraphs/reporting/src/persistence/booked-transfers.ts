/** What PSPs owe lines for: the projection of booked payments, and its comparison with the flows. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, toIso } from '@nodo-aperto/kernel/time';
import type { ReportedOutcome } from '@nodo-aperto/schema/events';
import type { FlowLine } from '../domain/flow.ts';
import type { ReportableTransfer } from '../domain/reportable-transfers.ts';
import { firstFlowFor } from './partitions.ts';

export interface BookedTransfer extends ReportableTransfer {
  /** Epoch milliseconds. */
  bookedAt: number;
  /** Of the payment. */
  revision: number;
}

/** Keeps transfers; a payment that is known with a newer revision stays as it is. */
export async function keepTransfers(transaction: Transaction, transfers: readonly BookedTransfer[]): Promise<void> {
  const newest = new Map<string, BookedTransfer>();
  for (const transfer of transfers) {
    const key = `${transfer.idTransfer}/${transfer.iur}`;
    if ((newest.get(key)?.revision ?? 0) <= transfer.revision) newest.set(key, transfer);
  }
  const rows = [...newest.values()].map((each) => ({
    iur: each.iur,
    id_transfer: each.idTransfer,
    psp_code: each.pspCode,
    creditor_fiscal_code: each.creditorFiscalCode,
    iuv: each.iuv,
    amount: each.amount,
    outcome: each.outcome,
    booked_at: toIso(each.bookedAt),
    revision: each.revision,
  }));
  await transaction.query(
    `insert into booked_transfer as kept (iur, id_transfer, psp_code, creditor_fiscal_code, iuv, amount, outcome, booked_at, revision)
      select booked.* from jsonb_to_recordset($1::jsonb) as booked (iur text, id_transfer smallint, psp_code text, creditor_fiscal_code text,
        iuv text, amount bigint, outcome text, booked_at timestamptz, revision bigint)
      order by booked.iur, booked.id_transfer
      on conflict (iur, id_transfer) do update set psp_code = excluded.psp_code, creditor_fiscal_code = excluded.creditor_fiscal_code,
        iuv = excluded.iuv, amount = excluded.amount, outcome = excluded.outcome, booked_at = excluded.booked_at, revision = excluded.revision
      where kept.revision < excluded.revision`,
    [JSON.stringify(rows)],
    { name: 'booked_transfer_keep' },
  );
}

/** A line that does not agree with a booked payment, beside what was booked. */
export interface UnmatchedLine {
  line: FlowLine;
  booked: Pick<ReportableTransfer, 'iuv' | 'amount' | 'outcome'> | undefined;
}

interface UnmatchedColumns {
  line_index: number;
  iuv: string;
  iur: string;
  id_transfer: number;
  amount: number;
  outcome: ReportedOutcome;
  pay_date: Date;
  booked_iuv: string | null;
  booked_amount: number | null;
  booked_outcome: ReportedOutcome | null;
}

/** Lines of a flow that disagree with what its PSP booked for its creditor: the SQL twin of the domain's `mismatchesOf`. */
export async function unmatchedLines(
  database: Database,
  flow: { id: number; pspCode: string; creditorFiscalCode: string },
  page: { limit: number; afterIndex: number },
): Promise<UnmatchedLine[]> {
  const rows = await database.query<UnmatchedColumns>(
    `select line.line_index, line.iuv, line.iur, line.id_transfer, line.amount, line.outcome, line.pay_date,
        booked.iuv as booked_iuv, booked.amount as booked_amount, booked.outcome as booked_outcome
      from flow_line as line left join booked_transfer as booked on booked.iur = line.iur and booked.id_transfer = line.id_transfer
        and booked.psp_code = $2 and booked.creditor_fiscal_code = $3
      where line.flow_id = $1 and line.line_index > $4
        and (line.iuv, line.amount, line.outcome) is distinct from (booked.iuv, booked.amount, booked.outcome)
      order by line.line_index limit $5`,
    [flow.id, flow.pspCode, flow.creditorFiscalCode, page.afterIndex, page.limit],
  );
  return rows.map((row) => ({
    line: {
      index: row.line_index,
      iuv: row.iuv,
      iur: row.iur,
      idTransfer: row.id_transfer,
      amount: row.amount,
      outcome: row.outcome,
      payDate: fromDate(row.pay_date),
    },
    booked:
      row.booked_iuv === null || row.booked_amount === null || row.booked_outcome === null
        ? undefined
        : { iuv: row.booked_iuv, amount: row.booked_amount, outcome: row.booked_outcome },
  }));
}

/** A PSP's transfers to a creditor, booked from an instant and before another. */
export interface BookedBetween {
  pspCode: string;
  creditorFiscalCode: string;
  from: number;
  before: number;
}

/** Where a page begins: after the transfer with these values. */
export interface TransferCursor {
  bookedAt: number;
  iur: string;
  idTransfer: number;
}

/** A transfer is reported when the last published revision of a flow has a line for it, or a draft that is being made. */
export const UNREPORTED = `from booked_transfer as booked where booked.psp_code = $1 and booked.creditor_fiscal_code = $2
    and booked.booked_at >= $3 and booked.booked_at < $4
    and not exists (select from flow_line as line join flow on flow.id = line.flow_id
      where line.flow_id >= ${firstFlowFor('$3::timestamptz')}
        and line.iur = booked.iur and line.id_transfer = booked.id_transfer and flow.psp_code = booked.psp_code
        and flow.creditor_fiscal_code = booked.creditor_fiscal_code and (flow.latest or flow.status <> 'PUBLISHED'))`;

/** The parameters $1 to $4 of {@link UNREPORTED}. */
export const between = ({ pspCode, creditorFiscalCode, from, before }: BookedBetween): unknown[] => [
  pspCode,
  creditorFiscalCode,
  asDate(from),
  asDate(before),
];

/** How many transfers no flow reports yet, and what they add up to. */
export async function unreportedTotals(database: Database, wanted: BookedBetween): Promise<{ payments: number; amount: number }> {
  const [row] = await database.query<{ payments: number; amount: number }>(
    `select count(*) as payments, coalesce(sum(booked.amount), 0)::bigint as amount ${UNREPORTED}`,
    between(wanted),
  );
  return row ?? { payments: 0, amount: 0 };
}

/** Transfers that no flow reports yet, oldest first. */
export async function unreportedTransfers(
  database: Database,
  wanted: BookedBetween,
  page: { limit: number; after?: TransferCursor },
): Promise<(ReportableTransfer & { bookedAt: number })[]> {
  const { after } = page;
  const rows = await database.query<{
    iur: string;
    id_transfer: number;
    iuv: string;
    amount: number;
    outcome: ReportedOutcome;
    booked_at: Date;
  }>(
    `select booked.iur, booked.id_transfer, booked.iuv, booked.amount, booked.outcome, booked.booked_at ${UNREPORTED}
      ${after ? 'and (booked.booked_at, booked.iur, booked.id_transfer) > ($6, $7, $8)' : ''}
      order by booked.booked_at, booked.iur, booked.id_transfer limit $5`,
    [...between(wanted), page.limit, ...(after ? [asDate(after.bookedAt), after.iur, after.idTransfer] : [])],
  );
  return rows.map((row) => ({
    iur: row.iur,
    idTransfer: row.id_transfer,
    pspCode: wanted.pspCode,
    creditorFiscalCode: wanted.creditorFiscalCode,
    iuv: row.iuv,
    amount: row.amount,
    outcome: row.outcome,
    bookedAt: fromDate(row.booked_at),
  }));
}
