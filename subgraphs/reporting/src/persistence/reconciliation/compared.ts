/** What a run compares, in pages: bookings with their lines, flows with their credits, credits without a flow. */
import type { Database } from '@nodo-aperto/kernel/database';
import { asDate, type LocalDate } from '@nodo-aperto/kernel/time';
import type { ReportedOutcome } from '@nodo-aperto/schema/events';
import type { CreditContext, CreditTransfer, FlowCredit, SettledFlow } from '../../domain/reconciliation/credits.ts';
import type { PlacedLine, Position } from '../../domain/reconciliation/position.ts';
import { firstFlowFor } from '../partitions.ts';

/** What a run is narrowed to; everything when absent. */
export interface Scope {
  pspCode?: string;
  creditorFiscalCode?: string;
}

const scoped = (table: string, psp: number, creditor: number): string =>
  `($${psp}::text is null or ${table}.psp_code = $${psp}) and ($${creditor}::text is null or ${table}.creditor_fiscal_code = $${creditor})`;
const scopeOf = ({ pspCode, creditorFiscalCode }: Scope): unknown[] => [pspCode ?? null, creditorFiscalCode ?? null];

export interface BookedCursor {
  bookedAt: Date;
  iur: string;
  idTransfer: number;
}

interface BookedColumns {
  psp_code: string;
  creditor_fiscal_code: string;
  iur: string;
  id_transfer: number;
  iuv: string;
  amount: number;
  outcome: ReportedOutcome;
  booked_at: Date;
  lines: PlacedLine[] | null;
}

/** Transfers booked in an operative day with the lines of last published revisions that report them, in order of booking. */
export async function bookedPositions(
  database: Database,
  wanted: Scope & { day: LocalDate; from: number; before: number },
  page: { limit: number; after?: BookedCursor },
): Promise<{ positions: Position[]; last?: BookedCursor }> {
  const { after } = page;
  const rows = await database.query<BookedColumns>(
    `select booked.*, (
        select jsonb_agg(jsonb_build_object('flowName', flow.name, 'revision', flow.revision, 'index', line.line_index, 'iuv', line.iuv,
            'amount', line.amount, 'outcome', line.outcome) order by flow.id, line.line_index)
          from flow_line as line join flow on flow.id = line.flow_id
          where line.flow_id >= ${firstFlowFor('$3::timestamptz')}
            and line.iur = booked.iur and line.id_transfer = booked.id_transfer and flow.latest and flow.psp_code = booked.psp_code
            and flow.creditor_fiscal_code = booked.creditor_fiscal_code) as lines
      from (select * from booked_transfer where booked_at >= $3 and booked_at < $4 and ${scoped('booked_transfer', 1, 2)}
          ${after ? 'and (booked_at, iur, id_transfer) > ($6, $7, $8)' : ''}
          order by booked_at, iur, id_transfer limit $5) as booked
      order by booked.booked_at, booked.iur, booked.id_transfer`,
    [
      ...scopeOf(wanted),
      asDate(wanted.from),
      asDate(wanted.before),
      page.limit,
      ...(after ? [after.bookedAt, after.iur, after.idTransfer] : []),
    ],
  );
  const positions = rows.map((row) => ({
    pspCode: row.psp_code,
    creditorFiscalCode: row.creditor_fiscal_code,
    day: wanted.day,
    iur: row.iur,
    idTransfer: row.id_transfer,
    booked: { iuv: row.iuv, amount: row.amount, outcome: row.outcome },
    lines: row.lines ?? [],
  }));
  const last = rows.at(-1);
  return { positions, ...(last && { last: { bookedAt: last.booked_at, iur: last.iur, idTransfer: last.id_transfer } }) };
}

/** A flow to be compared: with its credits, and whether a statement has the day of its credit transfer. */
export interface ComparedFlow extends SettledFlow {
  id: number;
  credits: FlowCredit[];
  covered: boolean;
}

/** Last published revisions that were to be credited after one day and until another, in order of id. */
export async function settledFlows(
  database: Database,
  wanted: Scope & { after: LocalDate; until: LocalDate },
  page: { limit: number; afterId: number },
): Promise<ComparedFlow[]> {
  const rows = await database.query<{
    id: number;
    psp_code: string;
    creditor_fiscal_code: string;
    name: string;
    revision: number;
    regulation_date: string;
    declared_amount: number;
    credits: FlowCredit[] | null;
    covered: boolean;
  }>(
    `select flow.*, (
        select jsonb_agg(jsonb_build_object('id', credit.id, 'number', credit.flow_number, 'amount', credit.amount) order by credit.id)
          from credit_transfer as credit
          where credit.kind = 'FLOW' and credit.creditor_fiscal_code = flow.creditor_fiscal_code and credit.flow_name = flow.name) as credits,
        exists (select from statement_import as done where done.creditor_fiscal_code = flow.creditor_fiscal_code
          and flow.regulation_date between done.from_day and done.to_day) as covered
      from flow where flow.latest and flow.regulation_date > $3 and flow.regulation_date <= $4 and ${scoped('flow', 1, 2)} and flow.id > $6
      order by flow.id limit $5`,
    [...scopeOf(wanted), wanted.after, wanted.until, page.limit, page.afterId],
  );
  return rows.map((row) => ({
    id: row.id,
    pspCode: row.psp_code,
    creditorFiscalCode: row.creditor_fiscal_code,
    name: row.name,
    revision: row.revision,
    regulationDate: row.regulation_date,
    amount: row.declared_amount,
    credits: row.credits ?? [],
    covered: row.covered,
  }));
}

interface UnbookedLine {
  index: number;
  iuv: string;
  iur: string;
  idTransfer: number;
  amount: number;
  outcome: ReportedOutcome;
}

/**
 * Goes through lines of a flow in order of index, as many as the page has.
 * @returns those for which its PSP booked nothing for its creditor, a position each; and the last index that was looked at, unless it was the end
 */
export async function unbookedLines(
  database: Database,
  flow: ComparedFlow,
  day: LocalDate,
  page: { limit: number; afterIndex: number },
): Promise<{ positions: Position[]; last?: number }> {
  const [row] = await database.query<{ count: number; last: number | null; unbooked: UnbookedLine[] | null }>(
    `with page as (select * from flow_line where flow_id = $1 and line_index > $4 order by line_index limit $5)
      select (select count(*) from page) as count, (select max(line_index) from page) as last, (
        select jsonb_agg(jsonb_build_object('index', line_index, 'iuv', iuv, 'iur', iur, 'idTransfer', id_transfer, 'amount', amount,
            'outcome', outcome) order by line_index)
          from page where not exists (select from booked_transfer as booked where booked.iur = page.iur
            and booked.id_transfer = page.id_transfer and booked.psp_code = $2 and booked.creditor_fiscal_code = $3)) as unbooked`,
    [flow.id, flow.pspCode, flow.creditorFiscalCode, page.afterIndex, page.limit],
  );
  const { pspCode, creditorFiscalCode, name: flowName, revision } = flow;
  const positions = (row?.unbooked ?? []).map(({ iur, idTransfer, ...line }) => {
    return { pspCode, creditorFiscalCode, day, iur, idTransfer, lines: [{ flowName, revision, ...line }] };
  });
  return { positions, ...(row?.count === page.limit && row.last !== null && { last: row.last }) };
}

/** A credit without a published flow, with what is known of it; the PSP is told by the directory. */
export type OrphanCredit = CreditTransfer & Pick<CreditContext, 'draft' | 'booked'> & { pspCode?: string };

const MOST_BOOKED_OF_REFERENCE = 20;

/** Credits after one day and until another for which no published flow is there, in order of id. */
export async function orphanCredits(
  database: Database,
  wanted: Scope & { after: LocalDate; until: LocalDate },
  page: { limit: number; afterId: number },
): Promise<OrphanCredit[]> {
  const rows = await database.query<{
    id: number;
    creditor_fiscal_code: string;
    amount: number;
    value_date: string;
    kind: CreditTransfer['causale']['kind'];
    flow_name: string | null;
    flow_number: number | null;
    iuv: string | null;
    psp_code: string | null;
    draft: boolean;
    booked: CreditContext['booked'] | null;
  }>(
    `select credit.*, exists (select from flow where flow.psp_code = credit.psp_code and flow.name = credit.flow_name
          and flow.creditor_fiscal_code = credit.creditor_fiscal_code and flow.status <> 'PUBLISHED') as draft,
        (select jsonb_agg(jsonb_build_object('pspCode', psp_code, 'amount', amount, 'iur', iur, 'idTransfer', id_transfer)
            order by amount <> credit.amount, booked_at, iur, id_transfer)
          from (select * from booked_transfer where creditor_fiscal_code = credit.creditor_fiscal_code and iuv = credit.iuv
            order by amount <> credit.amount, booked_at, iur, id_transfer limit ${MOST_BOOKED_OF_REFERENCE}) as known) as booked
      from credit_transfer as credit
      where credit.value_date > $3 and credit.value_date <= $4 and credit.id > $6
        -- Whose a single payment is, is known when it has been looked up.
        and ($1::text is null or credit.psp_code = $1 or credit.kind = 'SINGLE') and ($2::text is null or credit.creditor_fiscal_code = $2)
        and not exists (select from flow where flow.latest and flow.name = credit.flow_name
          and flow.creditor_fiscal_code = credit.creditor_fiscal_code)
      order by credit.id limit $5`,
    [...scopeOf(wanted), wanted.after, wanted.until, page.limit, page.afterId],
  );
  return rows.map((row) => ({
    id: row.id,
    creditorFiscalCode: row.creditor_fiscal_code,
    amount: row.amount,
    valueDate: row.value_date,
    causale:
      row.kind === 'FLOW'
        ? { kind: row.kind, flowName: row.flow_name ?? '', number: row.flow_number ?? 0 }
        : row.kind === 'SINGLE'
          ? { kind: row.kind, iuv: row.iuv ?? '' }
          : { kind: row.kind },
    draft: row.draft,
    booked: row.booked ?? [],
    ...(row.psp_code !== null && { pspCode: row.psp_code }),
  }));
}
