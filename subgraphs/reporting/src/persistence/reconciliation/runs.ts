/** Runs of the reconciliation. */
import type { Database, Transaction } from '@nodo-aperto/kernel/database';
import { asDate, fromDate, type LocalDate } from '@nodo-aperto/kernel/time';
import type { Scope } from './compared.ts';

export const RUN_STATES = ['RUNNING', 'DONE', 'FAILED'] as const;
export type RunState = (typeof RUN_STATES)[number];

export interface Run extends Scope {
  id: number;
  state: RunState;
  fromDay: LocalDate;
  toDay: LocalDate;
  /** Of its days and parties, when it was done: items that are open; those among all it found that no run had found before; those gone. */
  openItems: number;
  newItems: number;
  clearedItems: number;
  /** Epoch milliseconds. */
  askedAt: number;
  finishedAt?: number;
}

interface RunColumns {
  id: number;
  state: RunState;
  from_day: string;
  to_day: string;
  psp_code: string | null;
  creditor_fiscal_code: string | null;
  open_items: number;
  new_items: number;
  cleared_items: number;
  asked_at: Date;
  finished_at: Date | null;
}

const runOf = (row: RunColumns): Run => ({
  id: row.id,
  state: row.state,
  fromDay: row.from_day,
  toDay: row.to_day,
  ...(row.psp_code !== null && { pspCode: row.psp_code }),
  ...(row.creditor_fiscal_code !== null && { creditorFiscalCode: row.creditor_fiscal_code }),
  openItems: row.open_items,
  newItems: row.new_items,
  clearedItems: row.cleared_items,
  askedAt: fromDate(row.asked_at),
  ...(row.finished_at && { finishedAt: fromDate(row.finished_at) }),
});

export async function insertRun(
  transaction: Transaction,
  run: Scope & { fromDay: LocalDate; toDay: LocalDate; by: string },
  now: number,
): Promise<Run | undefined> {
  const [row] = await transaction.query<RunColumns>(
    `insert into reconciliation_run (state, from_day, to_day, psp_code, creditor_fiscal_code, asked_by, asked_at)
      values ('RUNNING', $1, $2, $3, $4, $5, $6) returning *`,
    [run.fromDay, run.toDay, run.pspCode ?? null, run.creditorFiscalCode ?? null, run.by, asDate(now)],
  );
  return row && runOf(row);
}

/** How many runs of the same scope have not ended; of all scopes when it is everything. */
export async function runningRuns(transaction: Transaction, scope: Scope): Promise<number> {
  const [row] = await transaction.query<{ count: number }>(
    `select count(*) as count from reconciliation_run where state = 'RUNNING' and psp_code is not distinct from $1
      and creditor_fiscal_code is not distinct from $2`,
    [scope.pspCode ?? null, scope.creditorFiscalCode ?? null],
  );
  return row?.count ?? 0;
}

export async function findRun(database: Pick<Database, 'query'>, id: number): Promise<Run | undefined> {
  const [row] = await database.query<RunColumns>('select * from reconciliation_run where id = $1', [id]);
  return row && runOf(row);
}

/** Runs of a scope, newest first; all of them when it is everything. */
export async function listRuns(database: Database, scope: Scope, page: { limit: number; beforeId?: number }): Promise<Run[]> {
  const rows = await database.query<RunColumns>(
    `select * from reconciliation_run where ($1::text is null or psp_code = $1) and ($2::text is null or creditor_fiscal_code = $2)
      and ($4::bigint is null or id < $4) order by id desc limit $3`,
    [scope.pspCode ?? null, scope.creditorFiscalCode ?? null, page.limit, page.beforeId ?? null],
  );
  return rows.map(runOf);
}

/** The end of a run, with its counts. */
export async function endRun(
  transaction: Transaction,
  id: number,
  state: 'DONE' | 'FAILED',
  clearedItems: number,
  now: number,
): Promise<Run> {
  const [row] = await transaction.query<RunColumns>(
    `update reconciliation_run set state = $2, cleared_items = $3, finished_at = $4,
        open_items = (select count(*) from reconciliation_item where last_run = $1 and present and resolved_at is null),
        new_items = (select count(*) from reconciliation_item where first_run = $1)
      where id = $1 returning *`,
    [id, state, clearedItems, asDate(now)],
  );
  if (!row) throw new RangeError(`there is no run ${id}`);
  return runOf(row);
}

/** A creditor and a PSP that took part in a run, with what is open between them. */
export interface RunPair {
  pspCode: string;
  creditorFiscalCode: string;
  openItems: number;
}

/** In order of PSP and creditor, past a pair. */
export async function pairsOf(
  transaction: Transaction,
  runId: number,
  page: { limit: number; after?: Pick<RunPair, 'pspCode' | 'creditorFiscalCode'> },
): Promise<RunPair[]> {
  const { after } = page;
  const rows = await transaction.query<{ psp_code: string; creditor_fiscal_code: string; open: number }>(
    `select psp_code, creditor_fiscal_code, sum(open)::bigint as open from (
        select psp_code, creditor_fiscal_code, 0 as open from reconciliation_balance where run_id = $1
        union all
        select psp_code, creditor_fiscal_code, (resolved_at is null)::integer from reconciliation_item
          where last_run = $1 and present and psp_code is not null) as took_part
      where $3::text is null or (psp_code, creditor_fiscal_code) > ($3, $4)
      group by psp_code, creditor_fiscal_code order by psp_code, creditor_fiscal_code limit $2`,
    [runId, page.limit, after?.pspCode ?? null, after?.creditorFiscalCode ?? null],
  );
  return rows.map((row) => ({ pspCode: row.psp_code, creditorFiscalCode: row.creditor_fiscal_code, openItems: row.open }));
}
